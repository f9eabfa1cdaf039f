import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  alignAxisMaps,
  composeAxisMaps,
  croppingAxis,
  IDENTITY_AXIS,
  IDENTITY_MAP,
  slidingAxis,
  stampingAxis,
  type AxisMap,
} from '../../src/core/coordinate-map.js';
import { minus, over, plus, rational, times, type Rational } from '../../src/core/rational.js';
import { between, SEED, upTo } from '../support/arbitraries.js';

const sliding = fc
  .tuple(upTo(7), upTo(4), between(0, 4))
  .map(([window, stride, padding]) => slidingAxis(window, stride, padding));
const stamping = fc
  .tuple(upTo(8), upTo(4), between(0, 3))
  .map(([window, stride, padding]) => stampingAxis(window, stride, padding));
const cropping = between(0, 9).map(croppingAxis);
const narrowing = fc.oneof(sliding, cropping);
const anyAxis = fc.oneof(sliding, stamping, cropping);

const at = ({ scale, shift }: Pick<AxisMap, 'scale' | 'shift'>, i: Rational): Rational =>
  plus(times(scale, i), shift);

/** The map that goes the other way; its window has no meaning. */
function inverse({ scale, shift }: AxisMap): AxisMap {
  const back = over(rational(1), scale);
  return { scale: back, shift: minus(rational(0), times(back, shift)), window: 1 };
}

const place = ({ scale, shift }: AxisMap) => ({ scale, shift });

function holds<T>(property: fc.IProperty<T>): void {
  fc.assert(property, { seed: SEED });
}

describe('axis maps', () => {
  it('match the layers of the paper', () => {
    const conv3 = slidingAxis(3, 1, 1);
    assert.deepEqual(conv3, { ...IDENTITY_AXIS, window: 3 });
    assert.deepEqual(slidingAxis(3, 1, 100).shift, rational(99));
    assert.deepEqual(slidingAxis(2, 2, 0), {
      scale: rational(1, 2),
      shift: rational(-1, 4),
      window: 2,
    });
    assert.deepEqual(stampingAxis(4, 2, 0), {
      scale: rational(2),
      shift: rational(3, 2),
      window: 2,
    });
    assert.deepEqual(stampingAxis(64, 32, 16), {
      scale: rational(32),
      shift: rational(31, 2),
      window: 2,
    });
    assert.deepEqual(croppingAxis(19), { ...IDENTITY_AXIS, shift: rational(-19) });
    assert.deepEqual(IDENTITY_MAP, [IDENTITY_AXIS, IDENTITY_AXIS]);
  });

  it('of the FCN-32s leave 19 pixels to crop', () => {
    const conv = slidingAxis(3, 1, 1);
    const pool = slidingAxis(2, 2, 0);
    const blocks = [2, 2, 3, 3, 3].flatMap((convs) => [...Array<AxisMap>(convs).fill(conv), pool]);
    blocks[0] = slidingAxis(3, 1, 100);
    const layers = [...blocks, slidingAxis(7, 1, 0), stampingAxis(64, 32, 0)];
    const whole = layers.reduce((first, second) => composeAxisMaps(second, first), IDENTITY_AXIS);
    assert.deepEqual(place(whole), { scale: rational(1), shift: rational(19) });
    assert.equal(whole.window, 404 + 32); // two coarse units, 32 apart, that each see 404
    assert.deepEqual(alignAxisMaps(whole, IDENTITY_AXIS), {
      scale: rational(1),
      shift: rational(19),
    });
  });
});

describe('compose', () => {
  it('applies the first map, then the second', () => {
    holds(
      fc.property(anyAxis, anyAxis, between(-20, 20), (second, first, i) => {
        const pixel = rational(i);
        assert.deepEqual(at(composeAxisMaps(second, first), pixel), at(second, at(first, pixel)));
      }),
    );
  });

  it('has a neutral element on both sides', () => {
    holds(
      fc.property(anyAxis, (a) => {
        assert.deepEqual(composeAxisMaps(IDENTITY_AXIS, a), a);
        assert.deepEqual(composeAxisMaps(a, IDENTITY_AXIS), a);
      }),
    );
  });

  it('is associative, also for windows without stamping', () => {
    holds(
      fc.property(anyAxis, anyAxis, anyAxis, (c, b, a) => {
        assert.deepEqual(
          place(composeAxisMaps(composeAxisMaps(c, b), a)),
          place(composeAxisMaps(c, composeAxisMaps(b, a))),
        );
      }),
    );
    holds(
      fc.property(narrowing, narrowing, narrowing, (c, b, a) => {
        assert.deepEqual(
          composeAxisMaps(composeAxisMaps(c, b), a),
          composeAxisMaps(c, composeAxisMaps(b, a)),
        );
      }),
    );
  });

  it('with the inverse is the identity', () => {
    holds(
      fc.property(anyAxis, (a) => {
        assert.deepEqual(place(composeAxisMaps(inverse(a), a)), place(IDENTITY_AXIS));
        assert.deepEqual(place(composeAxisMaps(a, inverse(a))), place(IDENTITY_AXIS));
      }),
    );
  });

  it('widens the window by the steps of the previous maps', () => {
    assert.equal(composeAxisMaps(slidingAxis(3, 1, 0), slidingAxis(3, 1, 0)).window, 5);
    assert.equal(composeAxisMaps(slidingAxis(3, 1, 0), slidingAxis(3, 2, 0)).window, 7);
    assert.equal(composeAxisMaps(slidingAxis(3, 1, 0), stampingAxis(4, 2, 0)).window, 3);
    assert.equal(
      composeAxisMaps(slidingAxis(2, 1, 0), stampingAxis(4, 2, 0)).window,
      3,
      'rounded up',
    );
    holds(
      fc.property(anyAxis, anyAxis, (second, first) => {
        const { window } = composeAxisMaps(second, first);
        assert(Number.isInteger(window) && window >= first.window);
        if (second.window > 1) assert(window > first.window);
      }),
    );
  });

  it('undoes a stride by stamping with the same stride', () => {
    holds(
      fc.property(upTo(5), upTo(7), between(0, 3), (stride, window, padding) => {
        const there = slidingAxis(window, stride, padding);
        assert.deepEqual(
          place(composeAxisMaps(stampingAxis(window, stride, padding), there)),
          place(IDENTITY_AXIS),
        );
      }),
    );
  });
});

describe('align', () => {
  it('returns the position of 0 of one map in another', () => {
    holds(
      fc.property(anyAxis, anyAxis, between(-20, 20), (a, b, i) => {
        const aligned = alignAxisMaps(a, b);
        const pixel = rational(i);
        assert.deepEqual(at(aligned, at(b, pixel)), at(a, pixel));
        assert.deepEqual(aligned, place(composeAxisMaps(a, inverse(b))));
      }),
    );
    holds(
      fc.property(anyAxis, (a) => {
        assert.deepEqual(alignAxisMaps(a, a), place(IDENTITY_AXIS));
      }),
    );
  });
});
