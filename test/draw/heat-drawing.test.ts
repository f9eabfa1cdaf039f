import assert from 'node:assert/strict';
import { drawHeat, heatColour } from '../../src/draw/heat-drawing.js';

describe('heat drawing', () => {
  const grey = (width: number, height: number) => ({
    width,
    height,
    data: new Uint8Array(3 * width * height).fill(128),
  });

  it('goes from dark blue over green to red, and stays there', () => {
    assert.deepEqual(heatColour(0), [20, 20, 90]);
    assert.deepEqual(heatColour(0.5), [40, 190, 120]);
    assert.deepEqual(heatColour(1), [210, 30, 30]);
    assert.deepEqual(heatColour(0.125), [10, 70, 140]);
    assert.deepEqual(heatColour(-1), heatColour(0));
    assert.deepEqual(heatColour(7), heatColour(1));
  });

  it('mixes the colours of the heat into the photo', () => {
    const photo = grey(2, 1);
    const { data } = drawHeat(photo, Float32Array.of(0, 5), 5);
    assert.deepEqual([...data], [69, 69, 107, 173, 74, 74]); // 128 + 0.55 · (colour − 128)
    assert.ok(photo.data.every((value) => value === 128));
  });

  it('draws a map that is 0 everywhere', () => {
    const { data } = drawHeat(grey(1, 1), Float32Array.of(0), 0);
    assert.deepEqual([...data], [69, 69, 107]);
  });

  it('puts a scale into the lower left corner of a photo that has room for it', () => {
    const [width, height] = [300, 200];
    const { data } = drawHeat(grey(width, height), new Float32Array(width * height), 37);
    const at = (x: number, y: number): number[] => [
      ...data.subarray(3 * (y * width + x)).slice(0, 3),
    ];
    const y = height - 6 - 10 - 3 - 4;
    assert.deepEqual(at(6, y), [...heatColour(0)]);
    assert.deepEqual(at(125, y), [...heatColour(1)]);
    assert.deepEqual(at(126, y), [255, 255, 255]);
    assert.deepEqual(at(127, y), [69, 69, 107]);
    const small = drawHeat(grey(100, 100), new Float32Array(10000), 37);
    assert.deepEqual(new Set(small.data), new Set([69, 107]));
  });
});
