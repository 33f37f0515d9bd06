/** A plain table of words, with what may be done about each row behind it. */
import type { ReactNode } from 'react';

interface Props {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly id: string;
    readonly cells: readonly string[];
    readonly act: ReactNode;
  }[];
}

export function Table({ name, columns, rows }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <div role="group" className="access-table" aria-label={name} tabIndex={0}>
      <table aria-label={name}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, cells, act }) => (
            <tr key={id}>
              {cells.map((cell, place) => (
                <td key={columns[place]}>{cell}</td>
              ))}
              <td>{act}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
