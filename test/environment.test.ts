import { expect, test } from 'vitest';
import { environmentOf } from '../src/environment.ts';

test.each([
  'a/train.ipynb',
  'mlruns/0/abc/meta.yaml',
  'srv/mlartifacts/0/model.pkl',
  'srv/mlflow.db',
  'x/wandb/run-1/run-1.wandb',
  'home/.cache/huggingface/hub/models--acme--m/blobs/ab12',
  'cache/models--acme--m/snapshots/ab/README.md',
  'lightning_logs/version_0/hparams.yaml',
  'logs/events.out.tfevents.1726308900.host',
])('%s belongs to experiments', (path) => {
  expect(environmentOf(path)).toBe('experiment');
});

test.each(['a/wandb.txt', 'notes/mlruns.md', 'models--x/readme', 'db/flow.db', 'ipynb/a.txt'])(
  '%s does not',
  (path) => {
    expect(environmentOf(path)).toBeUndefined();
  },
);
