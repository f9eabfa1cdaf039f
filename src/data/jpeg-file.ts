/**
 * The segments of a JPEG file, checked before any pixel is decoded.
 *
 * @see ITU-T T.81 (JPEG), Annex B; T.872 for the Adobe segment.
 */
import { ByteReader } from '../core/byte-reader.js';
import { ParseError } from '../core/errors.js';
import { areQuantizationTables, huffmanTables } from './jpeg-tables.js';
import { isFrameMarker, leastBits, readFrame, type JpegFrame } from './jpeg-frame.js';
import { blocksOf, checkRestarts, readScanHeader, unitsOf, type JpegScan } from './jpeg-scan.js';

/** A JPEG file whose segments are checked, except for the entropy-coded data. */
export interface JpegFile extends JpegFrame {
  /** Offset of the first scan. */
  readonly scanOffset: number;
  /** The Exif block from its byte order mark on, or null. */
  readonly exif: Uint8Array | null;
  /** File with only the segments that the pixels depend on. */
  readonly essential: Uint8Array;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const DRI = 0xdd;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP14 = 0xee;
const DHT = 0xc4;
const DQT = 0xdb;

/** Limit of scans: a photo has about ten; thousands would only cost time. */
const MAX_SCANS = 64;

/**
 * Limit of the average number of scans per block, for large images: libjpeg writes about five. A scan may have
 * almost no bytes, but it costs time for every block.
 */
const MAX_VISITS_PER_BLOCK = 16;

/** Visits of blocks that are accepted in every file; they take less than a second. */
const FREE_VISITS = 2 ** 22;

/** The JFIF segment of version 1.2; another version would only cause a warning. */
const JFIF = Uint8Array.of(0x4a, 0x46, 0x49, 0x46, 0, 1, 2, 0, 0, 1, 0, 1, 0, 0);

interface Draft {
  frame: JpegFrame | null;
  /** Units between two restart markers; 0 if the file has none. */
  restartInterval: number;
  /** Huffman tables so far, by class and number. */
  readonly tables: Set<number>;
  exif: Uint8Array | null;
  scans: number;
  scanOffset: number;
  scanBytes: number;
  /** Sum over the scans of the blocks in each. */
  visits: number;
  /** Bits that the scans so far leave out, for the 64 coefficients of each component. */
  readonly missingBits: Map<number, Uint8Array>;
  readonly essential: Uint8Array[];
}

/**
 * Reads the segments of a JPEG file up to its end marker; data after it, which some cameras append, is ignored.
 *
 * @throws {@link ParseError} on a file that is damaged, cut short, claims more than `limitPixels`
 *   pixels, or is of an unsupported kind (arithmetic, lossless, hierarchical, 12-bit).
 */
export function readJpegFile(bytes: Uint8Array, source: string, limitPixels: number): JpegFile {
  const reader = new ByteReader(bytes, source);
  if (reader.remaining < 2 || reader.u16be() !== (0xff00 | SOI)) {
    throw new ParseError(source, 0, 'not a JPEG file: bad signature');
  }
  const draft: Draft = {
    frame: null,
    restartInterval: 0,
    tables: new Set(),
    exif: null,
    scans: 0,
    scanOffset: 0,
    scanBytes: 0,
    visits: 0,
    missingBits: new Map(),
    essential: [Uint8Array.of(0xff, SOI)],
  };
  for (let marker = readMarker(reader); marker !== EOI; marker = readMarker(reader)) {
    readSegment(reader, draft, marker, limitPixels);
  }
  draft.essential.push(Uint8Array.of(0xff, EOI));
  return finish(reader, draft);
}

function readMarker(reader: ByteReader): number {
  if (reader.remaining < 2) reader.fail('truncated: no end marker');
  if (reader.u8() !== 0xff) reader.fail('damaged: no marker where one belongs', reader.offset - 1);
  let marker = reader.u8();
  while (marker === 0xff) marker = reader.u8();
  return marker;
}

function readSegment(reader: ByteReader, draft: Draft, marker: number, limitPixels: number): void {
  const offset = reader.offset - 2;
  const body = readBody(reader, marker, offset);
  const fields = new ByteReader(body, reader.source);
  const fail = (reason: string): never => reader.fail(reason, offset);

  if (!isWhole(marker, body)) fail('damaged table');
  recordBody(draft, marker, body);
  if (isFrameMarker(marker)) {
    if (draft.frame !== null) fail('a second frame');
    draft.frame = readFrame(fields, marker, limitPixels, fail);
  }
  const needed = neededBody(marker, body);
  if (needed !== null) {
    const length = needed.length + 2;
    draft.essential.push(Uint8Array.of(0xff, marker, length >> 8, length & 255), needed);
  }
  if (marker === SOS) readScan(reader, fields, draft, offset);
}

/** Records the content of the segments for later checks. */
function recordBody(draft: Draft, marker: number, body: Uint8Array): void {
  if (marker === DHT) for (const table of huffmanTables(body) ?? []) draft.tables.add(table);
  if (marker === DRI) draft.restartInterval = (body[0] << 8) | body[1];
  if (marker === APP1 && startsWith(body, 'Exif\0\0')) draft.exif ??= body.subarray(6);
}

/** Body of a segment that the pixels or their colours depend on, by the rules of libjpeg; null for others. */
function neededBody(marker: number, body: Uint8Array): Uint8Array | null {
  if (marker === APP0) return body.length >= 14 && startsWith(body, 'JFIF\0') ? JFIF : null;
  if (marker === APP14) return body.length >= 12 && startsWith(body, 'Adobe') ? body : null;
  return isFrameMarker(marker) || [DHT, DQT, DRI, SOS].includes(marker) ? body : null;
}

function isWhole(marker: number, body: Uint8Array): boolean {
  if (marker === DQT) return areQuantizationTables(body);
  if (marker === DHT) return huffmanTables(body) !== null;
  return marker !== DRI || body.length === 2;
}

function readBody(reader: ByteReader, marker: number, offset: number): Uint8Array {
  const isStandalone = marker <= 0x01 || (marker >= 0xd0 && marker <= SOI);
  if (isStandalone) reader.fail(`unexpected marker ${hex(marker)}`, offset);
  if (reader.remaining < 2) reader.fail('truncated inside a segment', offset);
  const length = reader.u16be() - 2;
  if (length < 0) reader.fail(`segment ${hex(marker)} has no valid length`, offset);
  if (!(length <= reader.remaining)) reader.fail('truncated inside a segment', offset);
  return reader.bytes(length);
}

function readScan(reader: ByteReader, fields: ByteReader, draft: Draft, offset: number): void {
  const fail = (reason: string): never => reader.fail(reason, offset);
  const frame = draft.frame ?? fail('a scan before the frame');
  if (draft.scans === 0) draft.scanOffset = offset;
  draft.scans++;
  if (draft.scans > MAX_SCANS) fail(`more than ${String(MAX_SCANS)} scans`);
  const scan = readScanHeader(fields, frame, fail);
  // libjpeg would use the standard table of the same number
  if (!scan.tables.every((table) => draft.tables.has(table)))
    fail('a Huffman table that the scan uses is missing');
  draft.visits += sumOfBlocks(frame, scan.components);
  if (draft.visits > mostVisits(frame)) fail('more scans than an image of this size may have');
  recordBits(draft, frame, scan);

  const start = reader.offset;
  const data = reader.bytes(entropyLength(reader));
  checkRestarts(data, unitsOf(frame, scan), draft.restartInterval, (reason, at) =>
    reader.fail(reason, start + at),
  );
  draft.scanBytes += data.length;
  draft.essential.push(data);
}

function sumOfBlocks(frame: JpegFrame, components: JpegFrame['components']): number {
  return components.reduce((sum, component) => sum + blocksOf(frame, component), 0);
}

function mostVisits(frame: JpegFrame): number {
  return Math.max(FREE_VISITS, MAX_VISITS_PER_BLOCK * sumOfBlocks(frame, frame.components));
}

/** Records the bits that remain missing after a scan. A scan of a baseline file contains every bit. */
function recordBits({ missingBits }: Draft, frame: JpegFrame, scan: JpegScan): void {
  for (const { id } of scan.components) {
    const missing = missingBits.get(id) ?? new Uint8Array(64).fill(255);
    missingBits.set(id, missing);
    if (frame.isProgressive) missing.fill(scan.missingBits, scan.first, scan.last + 1);
    else missing.fill(0);
  }
}

/** Bytes up to the next marker that is neither a stuffed 0xFF nor a restart. */
function entropyLength(reader: ByteReader): number {
  const ahead = reader.peek();
  for (let at = ahead.indexOf(0xff); at >= 0; at = ahead.indexOf(0xff, at + 1)) {
    const next = ahead[at + 1] ?? 0;
    const isPartOfScan = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (!isPartOfScan) return at;
  }
  return reader.fail('truncated: no end marker', reader.offset + ahead.length);
}

function startsWith(body: Uint8Array, text: string): boolean {
  return String.fromCharCode(...body.subarray(0, text.length)) === text;
}

function finish(reader: ByteReader, draft: Draft): JpegFile {
  const { frame, missingBits, scanBytes, scanOffset, exif } = draft;
  if (frame === null) return reader.fail('no frame');
  const bits = frame.components.map(({ id }) => missingBits.get(id));
  if (bits.includes(undefined)) reader.fail('truncated: a colour component has no data');
  if (!bits.every((missing) => missing?.every((count) => count === 0))) {
    reader.fail('truncated: the last scans of a progressive image are missing');
  }
  if (scanBytes * 8 < leastBits(frame)) {
    reader.fail(
      `truncated: ${String(scanBytes)} bytes cannot hold ` +
        `${String(frame.width)}×${String(frame.height)} pixels`,
    );
  }
  return { ...frame, scanOffset, exif, essential: Buffer.concat(draft.essential) };
}

function hex(marker: number): string {
  return `0xFF${marker.toString(16).toUpperCase().padStart(2, '0')}`;
}
