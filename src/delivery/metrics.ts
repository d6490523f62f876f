/** Metrics in Prometheus' text format, in a file that its node exporter picks up (textfile collector). */
import { renameSync, writeFileSync } from 'node:fs';
import type { Metric } from '../inventory/metrics.ts';

/** https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4: all are gauges. */
export function formatMetrics(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, help, samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} gauge`,
        ...samples.map(({ labels, value }) => `${name}${formatLabels(labels)} ${value}`),
        '',
      ].join('\n'),
    )
    .join('');
}

/** Written whole or not at all: the collector never sees half a file. @throws what the file system says */
export function writeMetrics(path: string, text: string): void {
  const partial = `${path}.${process.pid}.tmp`;
  writeFileSync(partial, text, { mode: 0o644 });
  renameSync(partial, path);
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
