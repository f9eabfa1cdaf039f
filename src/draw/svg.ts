/**
 * Elements of SVG, written as text.
 *
 * @see https://www.w3.org/TR/SVG11/
 */

/** Attributes of an element; numbers are rounded to tenths of a pixel. */
export type Attributes = Readonly<Record<string, string | number>>;

/** An element, its children inside. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(shown(value))}"`)
    .join('');
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join('')}</${name}>`;
}

/** A white rim, so that text stays readable over lines. */
const RIM = { stroke: '#ffffff', 'stroke-width': 3, 'paint-order': 'stroke' };

/** Text at a place. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(text));
}

/** Text at a place where lines pass. */
export function rimmed(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return label(x, y, text, { ...RIM, 'stroke-linejoin': 'round', ...attributes });
}

/** A line through points; closed and filled, or not. */
export function polygon(
  points: readonly (readonly [number, number])[],
  attributes: Attributes,
): string {
  const written = points.map((point) => point.map(shown).join(',')).join(' ');
  return element('polygon', { points: written, ...attributes });
}

/** Text that is shown while the mouse is on the parent element. */
export function hint(text: string): string {
  return element('title', {}, escaped(text));
}

/** A whole drawing on white ground. */
export function drawing(width: number, height: number, ...children: string[]): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const root = {
    xmlns: 'http://www.w3.org/2000/svg',
    width: w,
    height: h,
    viewBox: `0 0 ${String(w)} ${String(h)}`,
    'font-family': 'system-ui, "DejaVu Sans", sans-serif',
    'font-size': 11,
    fill: '#24292f',
  };
  const ground = element('rect', { width: w, height: h, fill: '#ffffff' });
  return `${element('svg', root, ground, ...children)}\n`;
}

function shown(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(10 * value) / 10) : value;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]);
}
