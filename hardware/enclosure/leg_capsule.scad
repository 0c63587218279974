// On the shank: accelerometer flat on the floor, RP2040 board beside it, driver above; wings for a strap of 38 mm.
// Its long side lies along the shin, the lead leaves at the top (towards the knee).
include <common.scad>
part = "all";

w = 1.6;
inside = [50, 19.5, 10.5]; // sensor board 25.4 by 17.8, XIAO RP2040 21 by 17.8
outer = [inside.x + 2 * w, inside.y + 2 * w, inside.z + w];
wing = 9;
strap = [40, 3.6]; // slot for the strap
ear = 8; // screw ears at both ends

module ear_at(x, h) translate([x, outer.y / 2, 0]) cylinder(d = 8, h = h);

module base() {
    difference() {
        union() {
            rounded(outer, 2.5);
            // Wings: the strap comes up through one, lies over the lid and goes down through the other.
            for (y = [-wing, outer.y - 2]) translate([(outer.x - 46) / 2, y, 0]) rounded([46, wing + 2, 3], 2);
            for (x = [-1.5, outer.x + 1.5]) ear_at(x, outer.z);
            // Strain relief: the lead lies on this tongue under two cable ties.
            translate([outer.x + 2, outer.y / 2 - 5, 0]) rounded([16, 10, 3], 2);
        }
        translate([w, w, w]) cube(inside + [0, 0, 1]);
        for (y = [-wing + 2.2, outer.y + wing - 2.2 - strap.y])
            translate([(outer.x - strap.x) / 2, y, -1]) cube([strap.x, strap.y, 6]);
        for (x = [-3, outer.x + 3]) translate([x, outer.y / 2, 2]) cylinder(d = 2.1, h = 20);
        // The lead's way out, and the ties' slots.
        translate([outer.x - w - 1, outer.y / 2 - 7.2, 6]) rotate([0, 90, 0]) cylinder(d = 4.6, h = 12);
        for (x = [9, 14]) translate([outer.x + x, outer.y / 2 - 6, -1]) cube([1.8, 2.2, 6]);
        for (x = [9, 14]) translate([outer.x + x, outer.y / 2 + 3.8, -1]) cube([1.8, 2.2, 6]);
    }
    // Four pegs hold the sensor's board by its holes (20.3 by 12.7 mm apart): what is loose measures itself.
    for (x = [2.54, 22.86], y = [2.54, 15.24]) translate([w + 0.6 + x, w + 0.85 + y, w]) {
        cylinder(d = 4, h = 1.2);
        cylinder(d = 2.3, h = 3);
    }
}

module lid() {
    difference() {
        union() {
            rounded([outer.x, outer.y, w], 2.5);
            for (x = [-1.5, outer.x + 1.5]) ear_at(x, w);
            translate([w + 0.25, w + 0.25, w - 0.01]) cube([inside.x - 0.5, inside.y - 0.5, 1.2]);
        }
        translate([2 * w + 0.25, 2 * w + 0.25, w - 0.02]) cube([inside.x - 2 * w - 0.5, inside.y - 2 * w - 0.5, 2]);
        for (x = [-3, outer.x + 3]) translate([x, outer.y / 2, -1]) cylinder(d = 2.8, h = 6);
        // An arrow to the knee, so that it is not worn upside down.
        translate([outer.x / 2 + 12, outer.y / 2, -0.01]) linear_extrude(0.6)
            polygon([[0, -5], [9, 0], [0, 5], [0, 2], [-24, 2], [-24, -2], [0, -2]]);
    }
}

// Of TPU, glued below: soft, with a hollow for the shin's edge; rubbed with alcohol after each runner.
module pad() {
    difference() {
        translate([-4, -wing + 1, 0]) rounded([outer.x + 8, outer.y + 2 * wing - 2, 3], 4);
        translate([-20, outer.y / 2, 43.4]) rotate([0, 90, 0]) cylinder(r = 42, h = outer.x + 40, $fn = 96);
        for (y = [-wing + 2.2, outer.y + wing - 2.2 - strap.y])
            translate([(outer.x - strap.x) / 2, y, -1]) cube([strap.x, strap.y, 9]);
    }
}

if (part == "base") base();
if (part == "lid") lid();
if (part == "pad") pad();
if (part == "all") {
    color("#9fb4c7") translate([0, 0, 14]) base();
    color("#2b6cb0") translate([w + 0.6, w + 0.85, 34]) difference() {
        cube([25.4, 17.8, 1.6]);
        for (x = [2.54, 22.86], y = [2.54, 15.24]) translate([x, y, -1]) cylinder(d = 2.5, h = 4);
    }
    color("#222222") translate([w + 0.6 + 11, w + 0.85 + 7.4, 35.6]) cube([3, 2.5, 0.9]);
    color("#3c8d40") translate([w + 28, w + 0.85, 34]) cube([21, 17.8, 1.2]);
    color("#c0c0c0") translate([w + 42, w + 5, 35.2]) cube([8, 9, 3.2]);
    color("#e8eef4") translate([0, outer.y, 54]) rotate([180, 0, 0]) lid();
    color("#d98c5f") translate([0, outer.y, 3]) rotate([180, 0, 0]) pad();
}
