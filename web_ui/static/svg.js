// Drawing: positions are attributes, colours are classes.
const NAMESPACE = "http://www.w3.org/2000/svg";

export function draw(parent, name, attributes, text) {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

export const clear = (element) => element.replaceChildren();
