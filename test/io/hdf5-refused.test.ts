import assert from 'node:assert/strict';
import { ParseError } from '../../src/core/errors.js';
import { memorySource } from '../../src/io/byte-source.js';
import { readHdf5Blobs } from '../../src/io/caffe/hdf5-snapshot.js';
import { badFiles } from '../support/corpus.js';
import { fixture } from '../support/fixtures.js';

/** Why each damaged file is refused. */
const REASONS: Readonly<Record<string, RegExp>> = {
  'addresses-of-four-bytes': /not of eight bytes/,
  'base-address': /do not count from the start/,
  'blob-1-without-0': /none called 0/,
  'bomb-in-four-parts': /chunks would take 18000000 bytes/,
  'bomb-of-100-megabytes': /chunks would take 100000000 bytes/,
  'bytes-after-the-end': /says that it ends/,
  'chunk-at-2-to-62': /a chunk that starts at/,
  'chunk-does-not-inflate': /does not inflate/,
  'chunk-missing': /2 chunks where 4 belong/,
  'chunk-single-of-many': /1 chunks where 9 belong/,
  'chunks-by-an-unknown-index': /index of kind 9/,
  'chunks-of-0-axes': /chunks of 0 axes/,
  'chunks-of-extents-of-255-bytes': /extents of 255 bytes/,
  'chunks-of-nothing': /chunks of nothing/,
  'chunks-plain-at-the-edges': /except at the edges/,
  'chunks-that-grow': /index of kind 4; save the data without a maxshape/,
  compound: /class 6/,
  'data-sets-that-share-their-numbers': /share their numbers/,
  'deflated-twice': /a filter stands twice/,
  'elements-of-version-6': /described by version 6/,
  'filter-fletcher32': /filter 3/,
  'filter-lzf': /filter 32000/,
  'group-in-itself': /under another name/,
  'group-in-itself-latest': /under another name/,
  'half-floats-of-four-bytes': /floats other than of IEEE 754/,
  'header-2-continues-in-itself': /without an end/,
  'header-2-of-255-bytes-of-length': /a block of 281483751194661 bytes/,
  'header-2-of-4-gigabytes': /a block of 4294967309 bytes/,
  'header-3': /no header of an object/,
  'header-continues-in-itself': /without an end/,
  'header-of-4-gigabytes': /a block of 4294967295 bytes/,
  'header-sum': /damaged: checksum/,
  'heap-block-nowhere': /beyond the end/,
  'heap-block-of-another-heap': /a block of another heap/,
  'heap-block-sum': /damaged: checksum/,
  'heap-blocks-of-2-to-63': /a table of a heap with 1 rows/,
  'heap-object-before-all': /an object of 30 bytes at 0/,
  'heap-object-outside': /outside of the blocks/,
  'heap-object-past-its-block': /an object of 65535 bytes at 500/,
  'heap-of-2-to-63': /a block of 9223372036854776000 bytes/,
  'heap-of-2-to-65535': /no power of two/,
  'heap-of-65535-rows': /a heap with 65535 rows/,
  'heap-of-width-0': /no power of two/,
  'heap-sum': /damaged: checksum/,
  'heap-table-of-itself': /a table that a heap has twice/,
  'heap-with-filters': /a heap with filters/,
  'layout-6': /layout version 6/,
  'link-into-another-file': /link is a link/,
  'link-into-another-file-latest': /link is a link/,
  'link-name-of-255': /255 bytes wanted/,
  'link-name-of-nothing': /a name of 0 bytes/,
  'link-name-with-a-slash': /"da.a" is no name/,
  'link-of-version-9': /unknown version/,
  'link-to-2-to-63': /no address/,
  'list-of-2-to-62': /a list of 4611686018427388000 entries/,
  'list-of-a-chunk-past-the-end': /24 bytes wanted at/,
  'list-of-fewer-chunks': /a list of 8 entries of 8 bytes, not 9/,
  'list-of-pages-that-lie': /damaged: checksum/,
  'list-of-wide-entries': /entries of 255 bytes/,
  'list-past-the-end': /beyond the end/,
  'list-without-a-chunk': /8 chunks where 9 belong/,
  'message-past-its-header': /65535 bytes wanted/,
  'message-that-must-be-known': /under 112 must be known/,
  'more-numbers-than-bytes': /160 bytes, 140 stored/,
  'more-numbers-than-it-may-grow-to': /more than it may grow to/,
  'name-past-its-heap': /no name at/,
  'name-twice-in-a-heap': /a name stands twice/,
  'never-written': /never written/,
  'no-caffe-snapshot': /nothing lies in data/,
  'node-in-itself': /hangs on a tree twice/,
  'node-of-65535': /a block of 2621400 bytes/,
  'node-of-65535-records': /too large a tree/,
  'node-twice-in-a-tree': /hangs on a tree twice/,
  'numbers-at-2-to-63': /never written/,
  'numbers-in-another-file': /numbers in other files/,
  'numbers-of-other-data-sets': /layout of kind 3/,
  'numbers-past-the-end': /beyond the end/,
  'only-signature': /ends early/,
  'paths-longer-than-the-file': /paths longer than the file/,
  'records-2-to-63': /a tree of 9223372036854776000 records/,
  'records-65535-deep': /65535 levels deep/,
  'records-fewer-than-said': /60 records where 61 belong/,
  'records-in-nodes-of-0-bytes': /records in one node/,
  'records-of-another-type': /a tree of type 6/,
  'records-of-no-bytes': /records of 0 bytes/,
  'root-past-the-end': /beyond the end/,
  'shape-of-2-to-62': /too many numbers/,
  'shape-overflows-behind-a-zero': /too many numbers/,
  'soft-link': /link is a link/,
  'soft-link-latest': /link is a link/,
  'superblock-3-base-address': /do not count from the start/,
  'superblock-3-root-nowhere': /no address/,
  'superblock-4': /superblock version 4/,
  'superblock-never-closed': /did not close it/,
  'superblock-sum': /damaged: checksum/,
  'texts-of-any-length': /class 9/,
  'tree-in-itself': /hangs on a tree twice/,
  'tree-of-65535': /too large a tree/,
  truncated: /says that it ends/,
};

describe('damaged HDF5 files', () => {
  for (const file of badFiles('hdf5-')) {
    it(`${file} is refused, and why`, () => {
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
