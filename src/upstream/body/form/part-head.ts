// The head of one part of a multipart form: the name of its field, and whether it is a file.
import { GatewayError } from '../../../core/index.ts';

export interface PartHead {
  readonly name: string;
  readonly file: boolean;
  /** Sent in an encoding of its own (`base64`), which some readers undo and others do not. */
  readonly encoded: boolean;
}

const header = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/;
const parameter = /;\s*([^\s=;"]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))/g;

/** `text` is the head without the empty line that ends it. Throws `invalid-form`. */
export function readPartHead(text: string): PartHead {
  let disposition: string | undefined;
  let encoding = 'binary';
  for (const line of text.split('\r\n')) {
    const [, name = '', value = ''] = header.exec(line) ?? refuse('a part has a malformed header');
    if (/[\r\n\0]/.test(line)) refuse('a part has a malformed header');
    const lower = name.toLowerCase();
    if (lower === 'content-transfer-encoding') encoding = value.trim().toLowerCase();
    if (lower !== 'content-disposition') continue;
    if (disposition !== undefined) refuse('a part has two content dispositions');
    disposition = value;
  }
  if (disposition === undefined || !/^form-data\s*(?:;|$)/i.test(disposition)) refuse('a part is not form-data');
  const encoded = encoding !== '' && encoding !== 'binary' && encoding !== '8bit' && encoding !== '7bit';
  return { ...readDisposition(disposition), encoded };
}

function readDisposition(disposition: string): Pick<PartHead, 'name' | 'file'> {
  let name: string | undefined;
  let file = false;
  let end = disposition.search(/;|$/);
  for (const found of disposition.matchAll(parameter)) {
    // Text between two parameters is read by some as part of one.
    if (disposition.slice(end, found.index).trim() !== '') refuse('a content disposition is malformed');
    end = found.index + found[0].length;
    const key = (found[1] ?? '').toLowerCase();
    if (key === 'filename' || key === 'filename*') file = true;
    if (key === 'name*' || (key === 'name' && name !== undefined)) refuse('a part has two names');
    if (key === 'name') name = found[2] ?? found[3];
  }
  if (disposition.slice(end).replace(/^;/, '').trim() !== '') refuse('a content disposition is malformed');
  if (name === undefined) refuse('a part has no name');
  return { name, file };
}

function refuse(what: string): never {
  throw new GatewayError('invalid-form', { message: `The multipart form is not valid: ${what}.` });
}

/** The ways in which readers are known to read a name: as it stands, backslashes undone, percent signs undone. */
export function readingsOf(name: string): readonly string[] {
  if (!/[\\%]/.test(name)) return [name];
  return [name, name.replace(/\\(.)/g, '$1'), unescaped(name)];
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // Not an encoding: nobody reads it as one.
    return name;
  }
}
