/**
 * The segments of a JPEG file, checked before any pixel is decoded.
 *
 * @see ITU-T T.81 (JPEG), Annex B; T.872 for the Adobe segment.
 */
import { ByteReader } from '../core/byte-reader.js';
import { ParseError } from '../core/errors.js';
import { areHuffmanTables, areQuantizationTables } from './jpeg-tables.js';
import { isFrameMarker, leastBits, readFrame, type JpegFrame } from './jpeg-frame.js';

/** A JPEG file whose segments are checked, except for the entropy-coded data. */
export interface JpegFile extends JpegFrame {
  /** True for a JFIF file; its colours are always YCbCr. */
  readonly isJfif: boolean;
  /** The colour transform of an Adobe segment, or null. */
  readonly adobeTransform: number | null;
  /** True if the file defines a restart interval. */
  readonly hasRestarts: boolean;
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

interface Draft {
  frame: JpegFrame | null;
  isJfif: boolean;
  adobeTransform: number | null;
  hasRestarts: boolean;
  exif: Uint8Array | null;
  scans: number;
  scanOffset: number;
  scanBytes: number;
  readonly scanned: Set<number>;
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
    isJfif: false,
    adobeTransform: null,
    hasRestarts: false,
    exif: null,
    scans: 0,
    scanOffset: 0,
    scanBytes: 0,
    scanned: new Set(),
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
  let isNeeded = readNotes(draft, marker, body) || [DHT, DQT, DRI, SOS].includes(marker);
  if (isFrameMarker(marker)) {
    if (draft.frame !== null) fail('a second frame');
    draft.frame = readFrame(fields, marker, limitPixels, fail);
    isNeeded = true;
  }
  if (isNeeded) {
    const length = body.length + 2;
    draft.essential.push(Uint8Array.of(0xff, marker, length >> 8, length & 255), body);
  }
  if (marker === SOS) readScan(reader, fields, draft, offset);
}

/** Records the content of an application segment. Returns true if the colours depend on it. */
function readNotes(draft: Draft, marker: number, body: Uint8Array): boolean {
  if (marker === DRI) draft.hasRestarts = true;
  if (marker === APP0) draft.isJfif ||= startsWith(body, 'JFIF\0');
  if (marker === APP1) draft.exif ??= startsWith(body, 'Exif\0\0') ? body.subarray(6) : null;
  const isAdobe = marker === APP14 && body.length >= 12 && startsWith(body, 'Adobe');
  if (isAdobe) draft.adobeTransform = body[11];
  return isAdobe;
}

function isWhole(marker: number, body: Uint8Array): boolean {
  if (marker === DQT) return areQuantizationTables(body);
  if (marker === DHT) return areHuffmanTables(body);
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
  const known = draft.frame?.components ?? reader.fail('a scan before the frame', offset);
  if (draft.scans === 0) draft.scanOffset = offset;
  draft.scans++;
  if (draft.scans > MAX_SCANS) reader.fail(`more than ${String(MAX_SCANS)} scans`, offset);
  const ids = Array.from({ length: fields.u8() }, () => {
    const id = fields.u8();
    fields.u8(); // entropy tables
    return id;
  });
  const isKnown = (id: number): boolean => known.some((component) => component.id === id);
  if (ids.length === 0 || !ids.every(isKnown)) reader.fail('a scan of unknown components', offset);
  const first = fields.u8();
  const last = fields.u8();
  fields.u8(); // successive approximation
  if (!(first <= last && last <= 63) || fields.remaining > 0) reader.fail('damaged scan', offset);
  if (first === 0) for (const id of ids) draft.scanned.add(id);

  const length = entropyLength(reader);
  draft.scanBytes += length;
  draft.essential.push(reader.bytes(length));
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
  const { frame, scanned, scanBytes, isJfif, adobeTransform, hasRestarts, scanOffset, exif } =
    draft;
  if (frame === null) return reader.fail('no frame');
  if (!frame.components.every(({ id }) => scanned.has(id))) {
    reader.fail('truncated: a colour component has no data');
  }
  if (scanBytes * 8 < leastBits(frame)) {
    reader.fail(
      `truncated: ${String(scanBytes)} bytes cannot hold ` +
        `${String(frame.width)}×${String(frame.height)} pixels`,
    );
  }
  const essential = Buffer.concat(draft.essential);
  return { ...frame, isJfif, adobeTransform, hasRestarts, scanOffset, exif, essential };
}

function hex(marker: number): string {
  return `0xFF${marker.toString(16).toUpperCase().padStart(2, '0')}`;
}
