/** A line chart as SVG, for documents that are read in light and in dark: lines are told apart by their names, dashes and marks. */

export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly label: string;
  readonly isLog?: boolean;
  /** Where it ends, whatever the points say. */
  readonly from?: number;
  readonly to?: number;
}

export interface Plot {
  readonly title: string;
  /** Of what and when: machine and commit. */
  readonly source: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
}

const [width, height] = [800, 420];
const margin = { left: 76, right: 260, top: 44, bottom: 72 };
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
// Told apart also by those who see no difference between red and green, on white and on black.
const colours = [
  '#0a7cc4',
  '#d1582b',
  '#2e8b57',
  '#9b59b6',
  '#b58900',
  '#c2428f',
  '#6b8799',
  '#a8743f',
  '#4a9a9a',
];
const dashes = ['', '7 4', '2 3', '9 3 2 3', '12 4', '4 2', '1 4', '7 2 1 2', '3 1'];

interface Scale {
  readonly ticks: readonly number[];
  /** From 0 to 1. */
  at(value: number): number;
}

export function draw(plot: Plot): string {
  const all = plot.lines.flatMap(({ points }) => points);
  const x = scaleOf(
    plot.x,
    all.map(([value]) => value),
  );
  const y = scaleOf(
    plot.y,
    all.map(([, value]) => value),
  );
  const place = ([px, py]: readonly [number, number]) => [
    round(margin.left + x.at(px) * inner.width),
    round(margin.top + (1 - y.at(py)) * inner.height),
  ];
  const bottom = margin.top + inner.height;
  const grid = [
    ...y.ticks.map((tick) => {
      const at = round(margin.top + (1 - y.at(tick)) * inner.height);
      return (
        `<line class="grid" x1="${margin.left}" x2="${margin.left + inner.width}" y1="${at}" y2="${at}"/>` +
        `<text x="${margin.left - 8}" y="${at + 4}" text-anchor="end">${short(tick)}</text>`
      );
    }),
    ...x.ticks.map((tick) => {
      const at = round(margin.left + x.at(tick) * inner.width);
      return (
        `<line class="grid" x1="${at}" x2="${at}" y1="${margin.top}" y2="${bottom}"/>` +
        `<text x="${at}" y="${bottom + 18}" text-anchor="middle">${short(tick)}</text>`
      );
    }),
  ];
  const names = spread(
    plot.lines.map(({ points }) => place(points.at(-1) ?? [Number.NaN, Number.NaN])[1] ?? 0),
  );
  const lines = plot.lines.map(({ name, points }, i) => {
    const colour = colours[i % colours.length];
    const dash = dashes[i % dashes.length];
    const path = points.map(place);
    const marks = path.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`);
    const at = names[i] ?? 0;
    const [endX = 0, endY = 0] = path.at(-1) ?? [];
    const labelX = margin.left + inner.width + 16;
    return (
      `<polyline points="${path.map((one) => one.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"` +
      `${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/>${points.length > 60 ? '' : marks.join('')}` +
      `<line x1="${endX + 4}" y1="${endY}" x2="${labelX - 3}" y2="${at}" stroke="${colour}" stroke-width="0.7"/>` +
      `<text x="${labelX}" y="${at + 4}" class="c${i % colours.length}">${escaped(name)}</text>`
    );
  });
  const middle = margin.top + inner.height / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(plot.title)}">
<style>
  text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-size: 15px; font-weight: 600 }
  .source { font-size: 10px; fill: #777 } .grid { stroke: #8884; stroke-width: 1 }
  @media (prefers-color-scheme: dark) { text { fill: #ccc } .source { fill: #999 } }
${colours.map((colour, i) => `  .c${i} { fill: ${colour} }`).join('\n')}
</style>
<text x="${margin.left}" y="24" class="title">${escaped(plot.title)}</text>
${grid.join('\n')}
${lines.join('\n')}
<text x="${margin.left + inner.width / 2}" y="${bottom + 40}" text-anchor="middle">${escaped(plot.x.label)}</text>
<text transform="translate(20 ${middle}) rotate(-90)" text-anchor="middle">${escaped(plot.y.label)}</text>
<text x="${margin.left}" y="${height - 8}" class="source">${escaped(plot.source)}</text>
</svg>
`;
}

function scaleOf({ isLog = false, from, to }: Axis, values: readonly number[]): Scale {
  const sound = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0));
  const [least, most] = [from ?? Math.min(...sound), to ?? Math.max(...sound)];
  if (!isLog) {
    const step = niceStep((most - Math.min(0, least)) / 5 || 1);
    const [low, high] = [
      from ?? Math.min(0, Math.floor(least / step) * step),
      Math.ceil(most / step) * step || 1,
    ];
    const ticks: number[] = [];
    for (let tick = Math.ceil(low / step) * step; tick <= high * 1.000_1; tick += step) ticks.push(tick);
    return { ticks, at: (value) => (value - low) / (high - low) };
  }
  const [low, high] = [
    Math.floor(Math.log10(least)),
    Math.max(Math.ceil(Math.log10(most)), Math.floor(Math.log10(least)) + 1),
  ];
  const within = high - low <= 2 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = low; power <= high; power += 1) {
    for (const times of power === high ? [1] : within) ticks.push(times * 10 ** power);
  }
  return { ticks, at: (value) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low) };
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power;
}

/** Names of lines that end close to one another stand below one another. */
function spread(wanted: readonly number[]): number[] {
  const apart = 16;
  const order = wanted.map((at, i) => ({ at, i })).sort((one, other) => one.at - other.at);
  let last = Number.NEGATIVE_INFINITY;
  for (const one of order) {
    one.at = Math.max(one.at, last + apart);
    last = one.at;
  }
  const beyond = Math.max(0, last - (height - margin.bottom));
  const found: number[] = [];
  for (const { at, i } of order) found[i] = at - beyond;
  return found;
}

/** `2M`, `50k`, `0.5`. */
function short(value: number): string {
  const [by, unit] = value >= 1e6 ? [1e6, 'M'] : value >= 1e4 ? [1e3, 'k'] : [1, ''];
  return `${Number((value / by).toPrecision(3))}${unit}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char,
  );
}
