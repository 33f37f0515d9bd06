/** What scrolling so many rows takes by itself: the same rows with as many boxes in them, no framework, nothing that changes. */

/** @returns a page with a `.rooms` of its own, of which only the rows in sight are drawn */
export function bareList(rows: number, perRow: number): string {
  return `<!doctype html><meta charset="utf-8"><title>Bare list</title><style>
    body { margin: 0; font: 14px system-ui }
    .rooms { height: 560px; width: 1000px; overflow-y: auto; contain: strict; position: relative }
    .rows { position: relative; height: ${rows * 40}px }
    .row { position: absolute; inset: 0 0 auto; height: 40px; contain: strict; border-bottom: 1px solid #ddd }
    .row span { position: absolute; left: 0; width: 160px; line-height: 40px }
    .row a { position: absolute; top: 4px; height: 32px; overflow: hidden; white-space: nowrap; border: 1px solid }
  </style><div class="rooms"><div class="rows"></div></div><script>
    const box = document.querySelector('.rooms');
    const rows = box.firstElementChild;
    const shown = new Map();
    const made = (index) => {
      const row = document.createElement('div');
      row.className = 'row';
      row.style.transform = 'translateY(' + index * 40 + 'px)';
      row.append(Object.assign(document.createElement('span'), { textContent: 'Room ' + index }));
      for (let i = 0; i < ${perRow}; i += 1) {
        const bar = Object.assign(document.createElement('a'), { href: '#' + index, textContent: 'Meeting ' + i });
        bar.style.left = 17 + i * ${80 / perRow} + '%';
        bar.style.width = '${60 / perRow}%';
        row.append(bar);
      }
      return row;
    };
    const draw = () => {
      const first = Math.max(0, Math.floor(box.scrollTop / 40) - 4);
      const last = Math.min(${rows} - 1, first + 22);
      for (const [index, row] of shown) {
        if (index >= first && index <= last) continue;
        row.remove();
        shown.delete(index);
      }
      for (let index = first; index <= last; index += 1) {
        if (shown.has(index)) continue;
        const row = made(index);
        shown.set(index, row);
        rows.append(row);
      }
    };
    box.addEventListener('scroll', draw);
    draw();
  </script>`;
}
