/**
 * Manifests held to the API of Kubernetes: its own schema as types, which TypeScript's compiler holds literals to strictly, so
 * that what is misspelt or in the wrong place is refused too.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './chart.ts';

const root = join(import.meta.dirname, '../../..');

/** Of each group and version where its types are. */
const places: Readonly<Record<string, string>> = {
  v1: 'core/v1',
  'apps/v1': 'apps/v1',
  'autoscaling/v2': 'autoscaling/v2',
  'networking.k8s.io/v1': 'networking/v1',
  'policy/v1': 'policy/v1',
};

/** Custom resources, which are not Kubernetes' own. */
export const isForeign = ({ apiVersion }: Manifest) => places[apiVersion] === undefined;

/** What the compiler says of them; nothing where all is well. */
export function faultsOf(manifests: readonly Manifest[]): string {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  // Within the project, where the compiler finds the types.
  const folder = mkdtempSync(join(cache, 'kubernetes-'));
  try {
    const lines = manifests
      .filter((manifest) => !isForeign(manifest))
      .map((manifest, index) => {
        const type = `import('kubernetes-types/${places[manifest.apiVersion]}').${manifest.kind}`;
        return `export const manifest${index}: ${type} = ${JSON.stringify(manifest, null, 1)};`;
      });
    const file = join(folder, 'manifests.ts');
    writeFileSync(file, lines.join('\n'));
    const options = [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--module',
      'esnext',
      '--moduleResolution',
      'bundler',
      '--types',
      '',
      file,
    ];
    const tsc = join(root, 'node_modules/.bin/tsc');
    const { stdout, stderr } = spawnSync(tsc, options, { cwd: root, encoding: 'utf8' });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
