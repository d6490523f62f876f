import { describe, expect, test } from 'vitest';
import { cellLines, collect } from './collect.ts';

const TABLE =
  '<table border="1" class="dataframe"><thead><tr style="x"><th></th><th>name</th><th>email</th></tr></thead>' +
  '<tbody><tr><th>0</th><td>Ann</td><td>ann@example.org</td></tr></tbody></table>';

function v4(cells: readonly object[]): string {
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
}

describe('a notebook', () => {
  test('has its cells numbered from 1, sources as string or list', async () => {
    const found = await collect(
      v4([
        { cell_type: 'markdown', source: '# Title\nby Ann', metadata: {} },
        { cell_type: 'code', source: ['x = 1\n', 'y = 2'], outputs: [], metadata: {} },
      ]),
      { name: 'a.ipynb' },
    );
    expect(found.texts).toEqual([
      { place: 'cell 1', line: 1, text: '# Title\nby Ann' },
      { place: 'cell 2', line: 1, text: 'x = 1\ny = 2' },
    ]);
  });

  test('has outputs by number: streams, errors, text, tables by column, data as JSON', async () => {
    const outputs = [
      { output_type: 'stream', name: 'stdout', text: ['one\n', 'two'] },
      {
        output_type: 'error',
        ename: 'KeyError',
        evalue: 'who',
        traceback: ['\x1b[0;31mKeyError\x1b[0m: who'],
      },
      { output_type: 'execute_result', data: { 'text/plain': 'plain', 'text/html': [TABLE] }, metadata: {} },
      { output_type: 'display_data', data: { 'application/json': { a: { b: 'deep' } } }, metadata: {} },
    ];
    const found = await collect(v4([{ cell_type: 'code', source: '', outputs, metadata: {} }]), {
      name: 'a.ipynb',
    });
    expect(found.texts.map(({ place, text }) => [place, text.trim()])).toEqual([
      ['cell 1 output 1', 'one\ntwo'],
      ['cell 1 output 2', 'KeyError: who\nKeyError: who'],
      ['cell 1 output 3', 'plain'],
    ]);
    expect(cellLines(found)).toEqual([
      'cell 1 output 3 table 1 row 1, column 1 = 0',
      'cell 1 output 3 table 1 row 1, column name = Ann',
      'cell 1 output 3 table 1 row 1, column email = ann@example.org',
      'cell 1 output 4 $.a.b = deep',
    ]);
  });

  test('of format 3 is read alike', async () => {
    const cells = [
      {
        cell_type: 'code',
        input: ['a = 1'],
        outputs: [{ output_type: 'pyout', text: ['shown'], html: TABLE, png: 'aGk=' }],
      },
    ];
    const found = await collect(JSON.stringify({ nbformat: 3, worksheets: [{ cells }] }), {
      name: 'a.ipynb',
    });
    expect(found.texts.map(({ place, text }) => [place, text])).toEqual([
      ['cell 1', 'a = 1'],
      ['cell 1 output 1', 'shown'],
    ]);
    expect(found.cells.map(({ column }) => column)).toContain('email');
    expect(found.gaps).toEqual([{ reason: 'no-text', message: '1 pictures in cells are not read' }]);
  });

  test('has widgets and other metadata as JSON', async () => {
    const content = {
      nbformat: 4,
      cells: [],
      metadata: { widgets: { state: { w: { value: 'typed in' } } } },
    };
    const found = await collect(JSON.stringify(content), { name: 'a.ipynb' });
    expect(cellLines(found)).toEqual(['metadata $.widgets.state.w.value = typed in']);
  });

  test('that is damaged is read as JSON', async () => {
    const whole = v4([{ cell_type: 'code', source: ['secret = 1'], outputs: [], metadata: {} }]);
    const found = await collect(whole.slice(0, -30), { name: 'a.ipynb' });
    expect(found.gaps).toEqual([]);
    expect(found.cells).toContainEqual({
      place: '$.cells[0].source[0]',
      column: 'source[*]',
      cell: 'secret = 1',
    });
  });
});
