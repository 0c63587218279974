// What all parts share. Millimetres; walls of 2.4 are six lines of a 0.4 nozzle.
$fn = 32;
wall = 2.4;
gap = 0.3; // between parts that slide into each other

// A box with round upright edges, its corner at the origin.
module rounded(size, r = 3) {
    linear_extrude(size.z) translate([r, r]) offset(r) square([size.x - 2 * r, size.y - 2 * r]);
}

// An open tray: outer size, floor and walls.
module tray(size, w = wall, r = 3) {
    difference() {
        rounded(size, r);
        translate([w, w, w]) rounded([size.x - 2 * w, size.y - 2 * w, size.z], max(r - w, 0.8));
    }
}

// A post that takes a self-tapping screw of 2.5 mm.
module post(height, d = 6.5, hole = 2.1) {
    difference() {
        cylinder(d = d, h = height);
        translate([0, 0, max(height - 10, 1)]) cylinder(d = hole, h = 10.1);
    }
}

// A saddle for a cable tie of 3 mm: two walls of it hold the cable's jacket.
module tie_saddle(width = 9) {
    difference() {
        translate([-width / 2, -3, 0]) cube([width, 6, 6]);
        translate([-width, -1.75, 1.5]) cube([2 * width, 3.5, 2]);
    }
}

module at_corners(size, inset) {
    for (x = [inset, size.x - inset], y = [inset, size.y - inset]) translate([x, y]) children();
}
