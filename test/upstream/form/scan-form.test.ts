// A multipart form is read the same however it is cut, and not at all where two readers might read two forms.
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { boundaryOf, isForm } from '../../../src/upstream/body/form/boundary.ts';
import { FormScanner } from '../../../src/upstream/body/form/scan-form.ts';
import { cut } from '../../support/cut.ts';

const boundary = 'b-o';
const options = { boundary, policyFields: ['model', 'stream', 'n'], wanted: ['model', 'stream'] };

function scan(bytes: Buffer | string, cuts: readonly number[] = []): Map<string, string> {
  const scanner = new FormScanner(options);
  const whole = Buffer.from(bytes);
  for (const chunk of cut(whole, cuts)) scanner.push(chunk);
  scanner.end();
  return new Map(
    [...scanner.fields].map(([name, { value, start, end }]) => {
      assert.equal(whole.toString('utf8', start, end), value);
      return [name, value];
    }),
  );
}

const part = (name: string, value: string, more = '') =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
const form = (...parts: string[]) => `${parts.join('')}--${boundary}--\r\n`;
const file = (content: string) =>
  `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a;\\"b.wav"\r\ncontent-type: audio/wav\r\n\r\n${content}\r\n`;

describe('the fields policy reads', () => {
  it('are found before and behind a file', () => {
    for (const parts of [
      [part('model', 'whisper'), file('x')],
      [file('x'), part('model', 'whisper')],
    ]) {
      assert.deepEqual(
        [...scan(form(...parts, part('stream', 'true')))],
        [
          ['model', 'whisper'],
          ['stream', 'true'],
        ],
      );
    }
  });

  it('may be empty, and other fields may be repeated', () => {
    assert.deepEqual([...scan(form(part('model', ''), part('image[]', '1'), part('image[]', '2')))], [['model', '']]);
  });

  it('are the same at every cut, whatever a file holds', () => {
    const piece = fc.constantFrom(
      '\r',
      '\n',
      '\r\n',
      '-',
      '--',
      boundary,
      'b',
      `--${boundary}x`,
      ' ',
      'é',
      '\0',
      'text ',
    );
    const content = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    // A boundary on a line of its own would end the part, or be refused.
    const sound = content.filter((text) => !/(^|[\r\n])--b-o/.test(text));
    fc.assert(
      fc.property(sound, fc.array(fc.nat(400)), fc.boolean(), (text, cuts, first) => {
        const model = part('model', 'm-1');
        const body = form(...(first ? [model, file(text)] : [file(text), model]));
        assert.deepEqual([...scan(body, cuts)], [['model', 'm-1']]);
      }),
      { numRuns: 300 },
    );
  });

  it('are those the platform’s own reader finds, where it finds any', async () => {
    const pieces = fc.array(fc.constantFrom('\r\n', '\n', '--', 'b-o', 'x', '\r', '-'), { maxLength: 8 });
    let agreed = 0;
    await fc.assert(
      fc.asyncProperty(pieces, pieces, async (one, other) => {
        const body = form(part('model', 'm'), part('x', one.join('')), part('y', other.join('')));
        const ours = read(body);
        if (ours === undefined) return;
        const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
        const theirs = await new Response(body, { headers }).formData().catch(() => undefined);
        if (theirs === undefined) return;
        assert.deepEqual(
          [...ours],
          [...theirs].filter(([name]) => name === 'model'),
        );
        agreed += 1;
      }),
      { numRuns: 200 },
    );
    assert.ok(agreed > 10, `${agreed} times`);
  });
});

/** Undefined where it is refused: stricter than others is what it should be. */
function read(body: string): Map<string, string> | undefined {
  try {
    return scan(body);
  } catch {
    return undefined;
  }
}

const refused: Readonly<Record<string, string>> = {
  'a preamble': `hello\r\n${form(part('model', 'm'))}`,
  'an epilogue': `${form(part('model', 'm'))}more`,
  'an end before the last boundary': part('model', 'm'),
  'nothing at all': '',
  'another boundary': form(part('model', 'm')).replaceAll('b-o', 'b-i'),
  'a longer boundary': `--b-o\r\ncontent-disposition: form-data; name="x"\r\n\r\n1\r\n--b-ob\r\n`,
  'a boundary after a bare line feed': form(
    part('x', '1\n--b-o\r\ncontent-disposition: form-data; name="model"\r\n\r\nm'),
  ),
  'a boundary after a bare carriage return': form(part('x', '1\r--b-o--')),
  'a part that begins with the boundary': form(part('x', '--b-o--')),
  'padding behind a boundary': '--b-o \r\ncontent-disposition: form-data; name="x"\r\n\r\n1\r\n--b-o--',
  'a part without a head': '--b-o\r\n\r\n1\r\n--b-o--',
  'a part without a name': '--b-o\r\ncontent-disposition: form-data\r\n\r\n1\r\n--b-o--',
  'a part that is an attachment': '--b-o\r\ncontent-disposition: attachment; name="x"\r\n\r\n1\r\n--b-o--',
  'two names': form(part('x', '1', '; name="model"')),
  'an extended name': form(part('x', '1', `; name*=utf-8''model`)),
  'two dispositions': form(part('x', '1', '\r\ncontent-disposition: form-data; name="model"')),
  'a folded header': form(part('x', '1', ';\r\n name="model"')),
  'a bare line feed in a head': form(part('x', '1', '\ncontent-disposition: form-data; name="model"')),
  'text between parameters': form(part('x', '1', ' model; a=b')),
  'a model with a file name': form(part('model', 'm', '; filename="m"')),
  'a model written with an escape': form(part('mod\\el', 'm')),
  'a model written in percent signs': form(part('mod%65l', 'm')),
  'a model in base64': form(part('model', 'bQ==', '\r\ncontent-transfer-encoding: base64')),
  'a model that is too long': form(part('model', 'm'.repeat(1025))),
  'a head that is too long': form(part('x', '1', `; a="${'a'.repeat(20_000)}"`)),
};

describe('refused at every cut', () => {
  for (const [what, body] of Object.entries(refused)) {
    test(what, () => {
      for (let at = 0; at <= Math.min(body.length, 300); at += 1) {
        assert.throws(() => scan(body, [at]), { code: 'invalid-form' }, `cut at ${at}`);
      }
      assert.throws(
        () =>
          scan(
            body,
            [...body].map((_, at) => at),
          ),
        { code: 'invalid-form' },
      );
    });
  }

  test('a model twice', () => {
    const body = form(part('model', 'm'), file('x'), part('model', 'm'));
    for (let at = 0; at < body.length; at += 1) assert.throws(() => scan(body, [at]), { code: 'duplicate-field' });
  });

  test('a model that is not UTF-8', () => {
    const bytes = Buffer.from(form(part('model', 'm~')), 'latin1');
    bytes[bytes.indexOf('~')] = 0xff;
    assert.throws(() => scan(bytes), { code: 'invalid-form' });
  });
});

describe('the boundary', () => {
  const named = (rest: string) => boundaryOf(`multipart/form-data${rest}`);
  test('is found quoted or not, whatever stands around it', () => {
    assert.equal(named('; boundary=abc'), 'abc');
    assert.equal(named('; charset=utf-8; Boundary="a b:c"'), 'a b:c');
    assert.equal(named('; boundary=----WebKitFormBoundaryX1; charset=utf-8'), '----WebKitFormBoundaryX1');
  });
  for (const rest of [
    '',
    '; boundary=',
    '; boundary=""',
    '; boundary=a; boundary=b',
    `; boundary*=utf-8''a`,
    '; boundary=a b',
    `; boundary=${'a'.repeat(71)}`,
    '; boundary="a\\"b"',
  ]) {
    test(`is refused in ${JSON.stringify(rest.slice(0, 40))}`, () => {
      assert.throws(() => named(rest), { code: 'invalid-form' });
    });
  }
  test('belongs to forms only', () => {
    assert.deepEqual(
      [
        'multipart/form-data; boundary=a',
        'Multipart/Form-Data',
        'multipart/mixed',
        'multipart/form-datax',
        undefined,
      ].map(isForm),
      [true, true, false, false, false],
    );
  });
});
