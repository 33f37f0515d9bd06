/** How much of something is used, as figures and as a bar. */
export function Share({ of, whole }: { readonly of: number; readonly whole: number }) {
  return (
    <span className="share">
      {of} / {whole}
      <span className="track" aria-hidden="true">
        <i style={{ width: `${whole > 0 ? Math.min(100, (100 * of) / whole) : 0}%` }} />
      </span>
    </span>
  );
}
