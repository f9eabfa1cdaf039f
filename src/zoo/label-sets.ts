/** Classes of the published networks, and the shift of their stored labels. */
import { VOC_CLASSES } from '../data/classes.js';
import type { LabelSet } from './entry.js';

function words(text: string): string[] {
  return text.trim().split(/\s*,\s*/);
}

/** PASCAL VOC: labels are classes; 255 = ignored. */
export const VOC: LabelSet = { classes: VOC_CLASSES, labelShift: 0 };

/** PASCAL-Context: background, which is learned and covers all other classes, and the 59 scored classes. */
export const CONTEXT: LabelSet = {
  classes:
    words(`background, aeroplane, bicycle, bird, boat, bottle, bus, car, cat, chair, cow, diningtable, dog,
    horse, motorbike, person, pottedplant, sheep, sofa, train, tvmonitor, bag, bed, bench, book, building,
    cabinet, ceiling, clothes, computer, cup, door, fence, floor, flower, food, grass, ground, keyboard, light,
    mountain, mouse, curtain, platform, sign, plate, road, rock, shelves, sidewalk, sky, snow, bedcloth, track,
    tree, truck, wall, water, window, wood`),
  labelShift: 0,
};

/** NYUDv2 in 40 classes; `refridgerator` is its authors' spelling. */
export const NYUD: LabelSet = {
  classes:
    words(`wall, floor, cabinet, bed, chair, sofa, table, door, window, bookshelf, picture, counter, blinds,
    desk, shelves, curtain, dresser, pillow, mirror, floor mat, clothes, ceiling, books, refridgerator,
    television, paper, towel, shower curtain, box, whiteboard, person, night stand, toilet, sink, lamp, bathtub,
    bag, otherstructure, otherfurniture, otherprop`),
  labelShift: -1,
};

/** Semantic classes of SIFT Flow. */
export const SIFT_SEMANTIC: LabelSet = {
  classes:
    words(`awning, balcony, bird, boat, bridge, building, bus, car, cow, crosswalk, desert, door, fence,
    field, grass, moon, mountain, person, plant, pole, river, road, rock, sand, sea, sidewalk, sign, sky,
    staircase, streetlight, sun, tree, window`),
  labelShift: -1,
};

/** Geometric classes of SIFT Flow: orientation of surfaces. Void is stored as −1, and becomes 0 before the shift. */
export const SIFT_GEOMETRIC: LabelSet = {
  classes: ['sky', 'horizontal', 'vertical'],
  labelShift: -1,
};
