// The station: a Raspberry Pi, two USB isolators and the small boards, with the runner's side behind a wall of its own.
// Hole pattern of the Pi 4 and 5: 58 by 49 mm, 3.5 mm from two edges (Raspberry Pi mechanical drawings).
include <common.scad>
part = "all";

outer = [188, 172, 48];
pi_at = [8, 9, wall]; // corner of the board; its USB-C side looks at y = 0, its USB sockets look at +x
stand = 5;
pi = [85, 56];
// Behind these walls: the isolators' runner sides, the plugs of the RS-485 cables (55 mm), the leads of both legs.
runner_at = [98, 74];
isolators = [106, 146]; // x of each; 25 mm wide, up to 60 mm long, half of it behind the wall
isolator_y = 46; // before it: room for the plug from the Pi
leads_station = [[12, "treadmill"], [24, "belt"], [36, "button"]];
leads_runner = [[138, "left"], [154, "right"]];

module slots(n, size, step) for (i = [0:n - 1]) translate([i * step, 0, 0]) cube(size);

module pi_posts() for (x = [3.5, 61.5], y = [3.5, 52.5])
    translate([pi_at.x + x, pi_at.y + y, 0]) post(wall + stand, hole = 2.1);

module lid_posts() at_corners([outer.x, outer.y], wall + 3.2) post(outer.z - 0.01);

module base() {
    difference() {
        union() {
            tray(outer);
            pi_posts();
            lid_posts();
            // The walls around the runner's side, open where an isolator lies across.
            difference() {
                union() {
                    translate([runner_at.x, runner_at.y, 0]) cube([outer.x - runner_at.x - wall, wall, outer.z - 6]);
                    translate([runner_at.x, runner_at.y, 0]) cube([wall, outer.y - runner_at.y - wall, outer.z - 6]);
                }
                for (x = isolators) translate([x, runner_at.y - 1, wall + 3]) cube([26, wall + 2, outer.z]);
            }
            // Trays that hold the two isolators.
            for (x = isolators) translate([x - 2, isolator_y, 0]) difference() {
                cube([30, 58, wall + 4]);
                translate([2, -1, wall]) cube([26, 60, 10]);
            }
            for (lead = concat(leads_station, leads_runner))
                translate([outer.x - wall - 6, lead[0], wall]) rotate(90) tie_saddle();
        }
        // USB-C, two HDMI, on a Pi 4 the audio socket: one window.
        translate([pi_at.x + 4, -1, wall + stand]) cube([58, wall + 2, 11]);
        // Memory card.
        translate([-1, pi_at.y + 20, wall]) cube([wall + 2, 16, 8]);
        // Leads leave at the end, under the lid.
        for (lead = concat(leads_station, leads_runner))
            translate([outer.x - wall - 1, lead[0], wall + 9]) rotate([0, 90, 0]) cylinder(d = 7, h = wall + 2);
        // Air from below.
        translate([24, 20, -1]) slots(6, [4, 34, wall + 2], 9);
        // Where it is screwed to a board or hung.
        for (x = [20, 78]) translate([x, 108, -1]) cylinder(d = 4.5, h = wall + 2);
    }
}

module lid() {
    difference() {
        union() {
            rounded([outer.x, outer.y, wall]);
            translate([wall + gap, wall + gap, -3]) difference() {
                rounded([outer.x - 2 * (wall + gap), outer.y - 2 * (wall + gap), 3.01], 1);
                translate([1.6, 1.6, -1]) cube([outer.x - 2 * (wall + gap) - 3.2, outer.y - 2 * (wall + gap) - 3.2, 5]);
                at_corners([outer.x - 2 * (wall + gap), outer.y - 2 * (wall + gap)], 3) translate([0, 0, -1]) cylinder(d = 10, h = 5);
            }
        }
        at_corners([outer.x, outer.y], wall + 3.2) translate([0, 0, -5]) cylinder(d = 2.9, h = 10);
        translate([24, 20, -1]) slots(6, [4, 34, wall + 2], 9);
        // Power button of 12 mm, away from the runner's side.
        translate([30, 140, -5]) cylinder(d = 12.4, h = 10);
        // Words, cut in: which leads are the runner's.
        translate([112, 122, wall - 0.6]) linear_extrude(1) text("RUNNER", size = 8, font = "DejaVu Sans:style=Bold");
        translate([22, 96, wall - 0.6]) linear_extrude(1) text("STATION", size = 8, font = "DejaVu Sans:style=Bold");
    }
}

if (part == "base") base();
if (part == "lid") translate([0, outer.y, wall]) rotate([180, 0, 0]) lid();
if (part == "all") {
    color("#9fb4c7") base();
    // What goes in, to see that it does.
    color("#3c8d40") translate([pi_at.x, pi_at.y, wall + stand]) difference() {
        cube([pi.x, pi.y, 1.6]);
        for (x = [3.5, 61.5], y = [3.5, 52.5]) translate([x, y, -1]) cylinder(d = 2.7, h = 4);
    }
    color("#c0c0c0") for (y = [2, 20, 38]) translate([pi_at.x + 66, pi_at.y + y, wall + stand + 1.6]) cube([21, 15, 14]);
    color("#d9a441") for (x = isolators) translate([x + 0.2, isolator_y + 1, wall + 0.5]) cube([25.5, 56, 12]);
    color("#444444") for (x = isolators) translate([x + 4, isolator_y + 57, wall + 2]) cube([17, 50, 9]);
    color("#e8eef4") translate([outer.x + 20, 0, 0]) lid();
}
