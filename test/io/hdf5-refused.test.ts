import assert from 'node:assert/strict';
import { ParseError } from '../../src/core/errors.js';
import { memorySource } from '../../src/io/byte-source.js';
import { readHdf5Blobs } from '../../src/io/caffe/hdf5-snapshot.js';
import { badFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';

/** Expected error of each file. */
const REASONS: Readonly<Record<string, RegExp>> = {
  'addresses-of-four-bytes': /unsupported address width/,
  'base-address': /unsupported base address/,
  'blob-1-without-0': /missing blob 0 of/,
  'bomb-in-four-parts': /chunks too large \(got 18000000 bytes/,
  'bomb-of-100-megabytes': /chunks too large \(got 100000000 bytes/,
  'bytes-after-the-end': /wrong file size/,
  'chunk-at-2-to-62': /invalid chunk start/,
  'chunk-does-not-inflate': /damaged chunk/,
  'chunk-missing': /wrong chunk count \(got 2, expected 4\)/,
  'chunk-single-of-many': /wrong chunk count \(got 1, expected 9\)/,
  'chunks-by-an-unknown-index': /unsupported chunk index \(got kind 9\)/,
  'chunks-of-0-axes': /invalid chunk axes \(got 0,/,
  'chunks-of-extents-of-255-bytes': /invalid width of chunk extents \(got 255 bytes/,
  'chunks-of-nothing': /invalid chunk extent \(got 0\)/,
  'chunks-plain-at-the-edges': /edge chunks without filters/,
  'chunks-that-grow': /unsupported chunk index \(got kind 4\); save the data without a maxshape/,
  compound: /unsupported datatype class \(got 6,/,
  'data-sets-that-share-their-numbers': /overlapping data sets/,
  'deflated-twice': /duplicate filter/,
  'elements-of-version-6': /unsupported datatype version \(got 6,/,
  'filter-fletcher32': /unsupported filter \(got 3,/,
  'filter-lzf': /unsupported filter \(got 32000,/,
  'group-in-itself': /also stored under another name/,
  'group-in-itself-latest': /also stored under another name/,
  'half-floats-of-four-bytes': /unsupported float format/,
  'header-2-continues-in-itself': /too many object header blocks/,
  'header-2-of-255-bytes-of-length': /metadata block too large \(got 281483751194661 bytes/,
  'header-2-of-4-gigabytes': /metadata block too large \(got 4294967309 bytes/,
  'header-3': /missing object header/,
  'header-continues-in-itself': /too many object header blocks/,
  'header-of-4-gigabytes': /metadata block too large \(got 4294967295 bytes/,
  'header-sum': /wrong checksum/,
  'heap-block-nowhere': /range exceeds the file/,
  'heap-block-of-another-heap': /belongs to another heap/,
  'heap-block-sum': /wrong checksum/,
  'heap-blocks-of-2-to-63': /invalid row count of a heap's block table \(got 1\)/,
  'heap-object-before-all': /exceeds its heap block \(30 bytes at offset 0\)/,
  'heap-object-outside': /stored outside of the heap blocks/,
  'heap-object-past-its-block': /exceeds its heap block \(65535 bytes at offset 500/,
  'heap-of-2-to-63': /metadata block too large \(got 9223372036854776000 bytes/,
  'heap-of-2-to-65535': /expected powers of two/,
  'heap-of-65535-rows': /invalid row count of a heap's block table \(got 65535\)/,
  'heap-of-width-0': /expected powers of two/,
  'heap-sum': /wrong checksum/,
  'heap-table-of-itself': /a block table occurs twice/,
  'heap-with-filters': /heap filters are unsupported/,
  'layout-6': /unsupported layout version \(got 6,/,
  'link-into-another-file': /"link" is a soft or external link/,
  'link-into-another-file-latest': /"link" is a soft or external link/,
  'link-name-of-255': /ends early.*expected 255\)/,
  'link-name-of-nothing': /invalid name length \(got 0,/,
  'link-name-with-a-slash': /invalid name "da.a"/,
  'link-of-version-9': /unsupported link version/,
  'link-to-2-to-63': /no address/,
  'list-of-2-to-62': /got 4611686018427388000 entries/,
  'list-of-a-chunk-past-the-end': /range exceeds the file \(24 bytes at/,
  'list-of-fewer-chunks': /got 8 entries of 8 bytes, expected 9/,
  'list-of-pages-that-lie': /wrong checksum/,
  'list-of-wide-entries': /wrong fixed array size \(got .* of 255 bytes/,
  'list-past-the-end': /range exceeds the file/,
  'list-without-a-chunk': /wrong chunk count \(got 8, expected 9\)/,
  'message-past-its-header': /ends early.*expected 65535\)/,
  'message-that-must-be-known': /unknown required header message \(got type 112\)/,
  'more-numbers-than-bytes': /wrong data size \(got 140 bytes, expected 160/,
  'more-numbers-than-it-may-grow-to': /an extent exceeds its maximum/,
  'name-past-its-heap': /missing name at/,
  'name-twice-in-a-heap': /duplicate name in a group/,
  'never-written': /never written/,
  'no-caffe-snapshot': /no blobs under data/,
  'node-in-itself': /a B-tree node occurs twice/,
  'node-of-65535': /metadata block too large \(got 2621400 bytes/,
  'node-of-65535-records': /too many B-tree records/,
  'node-twice-in-a-tree': /a B-tree node occurs twice/,
  'numbers-at-2-to-63': /never written/,
  'numbers-in-another-file': /external storage is unsupported/,
  'numbers-of-other-data-sets': /unsupported layout class \(got 3,/,
  'numbers-past-the-end': /range exceeds the file/,
  'only-signature': /ends early/,
  'paths-longer-than-the-file': /paths are too long/,
  'records-2-to-63': /too many B-tree records \(got 9223372036854776000,/,
  'records-65535-deep': /B-tree too deep \(got 65535 levels/,
  'records-fewer-than-said': /wrong record count \(got 60, expected 61\)/,
  'records-in-nodes-of-0-bytes': /exceed the node size of 0 bytes/,
  'records-of-another-type': /wrong B-tree records \(got type 6,/,
  'records-of-no-bytes': /wrong B-tree records \(got type .*, 0 bytes/,
  'root-past-the-end': /range exceeds the file/,
  'shape-of-2-to-62': /too many elements/,
  'shape-overflows-behind-a-zero': /too many elements/,
  'soft-link': /"link" is a soft or external link/,
  'soft-link-latest': /"link" is a soft or external link/,
  'superblock-3-base-address': /unsupported base address/,
  'superblock-3-root-nowhere': /no address/,
  'superblock-4': /unsupported superblock version \(got 4,/,
  'superblock-never-closed': /did not close the file/,
  'superblock-sum': /wrong checksum/,
  'texts-of-any-length': /unsupported datatype class \(got 9,/,
  'tree-in-itself': /a B-tree node occurs twice/,
  'tree-of-65535': /too many B-tree leaves/,
  truncated: /wrong file size/,
};

describe('damaged and unsupported HDF5 files', () => {
  for (const file of badFiles('hdf5-')) {
    it(`rejects ${file}`, () => {
      const source = memorySource(fixture(`bad/${file}`), file);
      assert.throws(
        () => {
          for (const blobs of readHdf5Blobs(source).values()) {
            for (const { numbers } of blobs) numbers.toFloats();
          }
        },
        (error) => {
          assert(error instanceof ParseError);
          assert.match(error.message, REASONS[file.slice('hdf5-'.length, -'.h5'.length)]);
          return true;
        },
      );
    });
  }
});
