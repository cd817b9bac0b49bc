// An answer that is not JSON, or has headers of its own.

export class Raw {
  readonly type: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;

  constructor(type: string, body: Buffer | string, headers: Readonly<Record<string, string>> = {}) {
    this.type = type;
    this.body = Buffer.from(body);
    this.headers = headers;
  }
}
