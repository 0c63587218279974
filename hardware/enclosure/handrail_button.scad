// The runner's button on the handrail: a hole of 22 mm, a saddle for tubes of 25 to 45 mm, two straps around the tube.
include <common.scad>
part = "all";

outer = [44, 44, 42];
hole = 22.4;

module housing() {
    difference() {
        union() {
            tray(outer, r = 5); // its floor is the face with the button
            at_corners([outer.x, outer.y], 6) post(outer.z - 0.01, d = 7);
        }
        translate([outer.x / 2, outer.y / 2, -1]) cylinder(d = hole, h = 6, $fn = 64);
        // The lead, sideways and down: no water runs in along it.
        translate([outer.x / 2, -1, outer.z - 10]) rotate([-90, 0, 0]) cylinder(d = 5.4, h = wall + 2);
    }
    translate([outer.x / 2, wall + 5, outer.z - 21]) difference() {
        translate([-4.5, -5, 0]) cube([9, 10, 5]); // the lead's tie
        translate([-10, -2, -1]) cube([20, 4, 3.4]);
    }
}

module back() {
    difference() {
        union() {
            rounded([outer.x, outer.y, 3], 5);
            // A V for any tube.
            translate([0, outer.y / 2, 3]) rotate([90, 0, 90]) linear_extrude(outer.x)
                polygon([[-18, 0], [-18, 12], [-15, 12], [0, 4.5], [15, 12], [18, 12], [18, 0]]);
        }
        at_corners([outer.x, outer.y], 6) translate([0, 0, -1]) cylinder(d = 2.9, h = 20);
        at_corners([outer.x, outer.y], 6) translate([0, 0, 3]) cylinder(d = 6, h = 20);
        // A strap of up to 10 mm goes through here and around the tube.
        translate([outer.x / 2 - 5.2, -1, 3.6]) cube([10.4, outer.y + 2, 2.4]);
    }
}

if (part == "housing") housing();
if (part == "back") back();
if (part == "all") {
    color("#9fb4c7") translate([0, 0, outer.z]) mirror([0, 0, 1]) housing();
    color("#2b6cb0") translate([outer.x / 2, outer.y / 2, outer.z]) cylinder(d = 26, h = 3);
    color("#2f855a") translate([outer.x / 2, outer.y / 2, outer.z + 3]) cylinder(d = 17, h = 2.5);
    color("#e8eef4") translate([0, outer.y, -14]) rotate([180, 0, 0]) back();
    color("#777777") translate([-30, outer.y / 2, -47]) rotate([0, 90, 0]) cylinder(d = 34, h = 104, $fn = 64);
}
