// At the waistband, behind the hip: holds the flat half of the breakaway connector and the station's lead.
// The pocket is for a connector of 20 by 8 by 6 mm: put your own measures in.
include <common.scad>
part = "all";

connector = [20, 8, 6];
plate = [52, 30, 3];
tongue_gap = 4.5; // trousers' waistband
pocket_at = [16, 6];

module clip() {
    difference() {
        union() {
            rounded(plate, 4);
            // Pocket, open to the front (+x looks to the runner's leg lead).
            translate([pocket_at.x - wall, pocket_at.y - wall, 0])
                rounded([plate.x - pocket_at.x + wall, connector.y + 2 * wall + 6, plate.z + connector.z + 1], 2);
            translate([8, 15, plate.z]) rotate(90) tie_saddle(9);
        }
        translate([pocket_at.x, pocket_at.y + 3, plate.z]) cube([plate.x, connector.y + 2 * gap, connector.z + 2]);
        translate([pocket_at.x - 8, 13 - 2.4, plate.z]) cube([12, 5, 5]); // the lead's way in
        for (y = [pocket_at.y + 0.2, pocket_at.y + connector.y + 6.2])
            translate([plate.x - 6, y, plate.z + 2]) cylinder(d = 1.7, h = 20);
    }
    // Spring tongue behind: bent at the top, a bead at its end.
    translate([0, 0, -tongue_gap]) {
        rounded([6, plate.y, tongue_gap + 1], 2);
        translate([0, 5, -2.2]) rounded([46, plate.y - 10, 2.2], 4);
        translate([0, 0, -2.2]) rounded([6, plate.y, 4], 2);
        translate([40, 7, 0]) rotate([-90, 0, 0]) cylinder(d = 3.2, h = plate.y - 14);
    }
}

module cover() difference() {
    rounded([plate.x - pocket_at.x + wall, connector.y + 2 * wall + 6, 2], 2);
    for (y = [wall + 0.2, connector.y + 6.2 + wall])
        translate([plate.x - 6 - pocket_at.x + wall, y, -1]) cylinder(d = 2.2, h = 5);
}

if (part == "clip") rotate([90, 0, 0]) clip(); // printed on its edge: the tongue bends along the layers
if (part == "cover") cover();
if (part == "all") {
    color("#9fb4c7") clip();
    color("#444444") translate([pocket_at.x + 18, pocket_at.y + 3 + gap, plate.z]) cube(connector);
    color("#e8eef4") translate([pocket_at.x - wall, pocket_at.y - wall, plate.z + connector.z + 14]) cover();
}
