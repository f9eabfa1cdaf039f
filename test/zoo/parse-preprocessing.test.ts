import assert from 'node:assert/strict';
import { pictureInput } from '../../src/data/make-input.js';
import { zooEntry } from '../../src/zoo/catalogue.js';
import { parsePreprocessing } from '../../src/zoo/parse-preprocessing.js';
import { picture } from '../segment/pictures.js';

describe('preprocessing written down', () => {
  it('is that of a name of the zoo, or of a published network', () => {
    const { preprocessing } = zooEntry('onnx-fcn-resnet50-12');
    assert.equal(parsePreprocessing('onnx-fcn-resnet50-12'), preprocessing);
    assert.equal(parsePreprocessing('fcn_resnet50'), preprocessing);
    const sift = zooEntry('siftflow-fcn16s');
    assert.equal(parsePreprocessing('siftflow-fcn16s'), sift.preprocessing);
  });

  it("in parts is torchvision's preset and that of Caffe, with the same bits", () => {
    const photo = picture(31, 23);
    const written = [
      [
        'order=rgb,divide=255,mean=0.485/0.456/0.406,std=0.229/0.224/0.225,short=520',
        'torchvision-fcn-resnet50',
      ],
      ['order=bgr,mean=104.00698793/116.66876762/122.67891434', 'voc-fcn8s'],
    ] as const;
    for (const [text, name] of written) {
      const parsed = parsePreprocessing(text);
      const { preprocessing } = zooEntry(name);
      assert.deepEqual(pictureInput(photo, parsed), pictureInput(photo, preprocessing));
    }
  });

  it('takes one number for all channels, and a size that pictures are stretched to', () => {
    const parsed = parsePreprocessing('size=4x7,std=2,mean=-.5,order=bgr');
    assert.deepEqual(parsed, {
      ...{ input: 'photo', order: 'bgr', singlePrecision: true, size: [4, 7] },
      ...{ mean: [-0.5, -0.5, -0.5], std: [2, 2, 2] },
    });
    const { width, height, data } = pictureInput(picture(31, 23), parsed);
    assert.deepEqual([height, width, data.length], [4, 7, 3 * 4 * 7]);
    const plain = pictureInput(picture(2, 1), parsePreprocessing('order=rgb'));
    const { data: pixels } = picture(2, 1);
    assert.deepEqual(
      [...plain.data],
      [0, 3, 1, 4, 2, 5].map((i) => pixels[i]),
    );
  });

  const wrong = [
    ['unet', /no such name \(got "unet", expected a name of fcn models, or order=rgb/],
    ['', /no such name/],
    ['mean=1', /the order is missing/],
    ['order=grb', /order is rgb or bgr/],
    ['order=rgb,mean=1/2', /1\/2 is not one number or three/],
    ['order=rgb,mean=1e3', /1e3 is no number/],
    ['order=rgb,std=1/0/1', /0 is not above 0/],
    ['order=rgb,divide=-1', /-1 is not above 0/],
    ['order=rgb,order=bgr', /order is there twice/],
    ['order=rgb,,', /no part ""/],
    ['order=rgb,constructor=1', /no part "constructor=1"/],
    ['order=rgb,short=0', /0 is no number of pixels/],
    ['order=rgb,size=3', /3 is not height and width/],
    ['order=rgb,size=3x70000', /70000 is no number of pixels/],
    ['order=rgb,size=3x4,short=5', /either short or size/],
  ] as const;
  for (const [text, message] of wrong) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parsePreprocessing(text), { name: 'OptionError', message });
    });
  }
});
