// The belt sensor: a roller of 76 mm that the belt turns, twelve magnets on its side, a hall switch before them.
// 76 mm · π / 12 = 19.9 mm a pulse. Bearings 608 (8 × 22 × 7), axle M8, pivot M6. The arm rests by its weight.
include <common.scad>
part = "all";

roller_d = 76;
roller_w = 20;
magnets = 12;
magnet_r = 30; // their circle
arm = [104, 8, 24]; // from pivot to axle 80 mm
axle_x = 80;
air = 2.5; // between magnets and the hall switch's face

module roller() {
    difference() {
        cylinder(d = roller_d, h = roller_w, $fn = 72);
        for (z = [-0.1, roller_w - 7]) translate([0, 0, z]) cylinder(d = 22.1, h = 7.1, $fn = 48);
        translate([0, 0, -1]) cylinder(d = 16, h = roller_w + 2);
        // Grooves for two rings of 70 × 3 mm rubber.
        for (z = [5, roller_w - 5]) translate([0, 0, z]) rotate_extrude($fn = 72)
            translate([roller_d / 2, 0]) circle(d = 3.2, $fn = 12);
        for (i = [0:magnets - 1]) rotate(i * 360 / magnets)
            translate([magnet_r, 0, roller_w - 3.2]) cylinder(d = 6.15, h = 4, $fn = 20);
        for (i = [0:5]) rotate(i * 60 + 15) translate([19.5, 0, -1]) cylinder(d = 9, h = roller_w + 2, $fn = 16);
    }
}

// Lies on its side as printed: x from pivot to axle.
module bracket() {
    difference() {
        union() {
            linear_extrude(arm.y) hull() {
                translate([0, 0]) circle(d = 22);
                translate([axle_x, 0]) circle(d = 22);
            }
            // Head that holds the hall switch on the magnets' circle, 9 o'clock seen from the pivot.
            translate([axle_x - magnet_r - 6, -7, 0]) cube([12, 14, arm.y]);
        }
        translate([0, 0, -1]) cylinder(d = 6.3, h = arm.y + 2);
        translate([axle_x, 0, -1]) cylinder(d = 8.2, h = arm.y + 2);
        // Pocket for the TO-92 body (4.0 × 3.15 × 1.5), its legs and the lead's groove.
        translate([axle_x - magnet_r - 2.2, -1.8, arm.y - 1.7]) cube([4.4, 3.6, 3]);
        translate([axle_x - magnet_r - 2.2, -20, arm.y - 1.7]) cube([4.4, 20, 3]);
        translate([6, -3, arm.y - 2.5]) cube([axle_x - magnet_r - 6, 3.2, 3]);
        for (x = [16, 34]) translate([x, -12, 2.5]) cube([3.5, 30, 2]); // cable ties
    }
    // A collar keeps the roller's magnets at their distance.
    translate([axle_x, 0, arm.y]) difference() {
        cylinder(d = 13, h = air);
        translate([0, 0, -1]) cylinder(d = 8.2, h = air + 2);
    }
}

// Screwed or stuck to the treadmill's frame beside the belt.
module base() {
    difference() {
        union() {
            rounded([60, 40, 4], 4);
            for (y = [9, 9 + arm.y + 5 + 1]) translate([20, y, 0]) cube([20, 5, 34]);
            for (y = [9, 9 + arm.y + 5 + 1]) translate([30, y, 34]) rotate([-90, 0, 0]) cylinder(d = 20, h = 5);
        }
        translate([30, 0, 34]) rotate([-90, 0, 0]) cylinder(d = 6.3, h = 60);
        for (x = [8, 52], y = [8, 32]) translate([x, y, -1]) cylinder(d = 5.2, h = 8);
    }
}

if (part == "roller") roller();
if (part == "bracket") bracket();
if (part == "base") base();
if (part == "all") {
    apart = 34; // drawn apart along the axle
    color("#9fb4c7") base();
    color("#e8eef4") translate([30, 9 + 5 + 0.5, 34]) rotate([-90, 0, 0]) bracket();
    color("#222222") translate([30 + axle_x - magnet_r - 2, 14.5 + arm.y - 1.6, 32.3]) cube([4, 1.6, 3.2]);
    color("#c0c0c0") translate([30 + axle_x, 10, 34]) rotate([-90, 0, 0]) cylinder(d = 8, h = 96);
    translate([30 + axle_x, 14.5 + arm.y + air + apart, 34]) rotate([-90, 0, 0]) mirror([0, 0, 1]) translate([0, 0, -roller_w]) {
        color("#d98c5f") roller();
        color("#555555") for (i = [0:magnets - 1]) rotate(i * 360 / magnets)
            translate([magnet_r, 0, roller_w - 3]) cylinder(d = 6, h = 3);
        color("#a0a0a0") translate([0, 0, roller_w - 7]) difference() {
            cylinder(d = 22, h = 7);
            translate([0, 0, -1]) cylinder(d = 8, h = 9);
        }
    }
}
