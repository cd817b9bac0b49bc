// Signatures against the published vectors of Signature Version 4, and against a second implementation.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import type { Outgoing } from '../../../src/upstream/send.ts';
import { Signer } from '../../../src/upstream/signing/sign.ts';
import { HandClock } from '../../support/clock.ts';
import { Sha256 } from '../../support/sha256.ts';

const id = 'AKIDEXAMPLE';
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const moment = Date.UTC(2015, 7, 30, 12, 36);

function signer(service = 'service', session?: string): Signer {
  return new Signer({ id, secret, session, service, region: 'us-east-1' }, new HandClock(moment));
}

function outgoing(parts: Partial<Outgoing> & { readonly text?: string }): Outgoing {
  const { text, ...rest } = parts;
  const body = text === undefined ? [] : [Buffer.from(text)];
  return { origin: 'https://example.amazonaws.com', path: '/', method: 'GET', headers: {}, body, ...rest };
}

function signatureOf(signed: Outgoing | undefined): string {
  return /Signature=([0-9a-f]{64})$/.exec(signed?.headers.authorization ?? '')?.[1] ?? '';
}

describe('the published vectors', () => {
  for (const [name, request, wanted] of [
    ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      'get-vanilla-query-order-key-case',
      { path: '/?Param2=value2&Param1=value1' },
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    ['post-vanilla', { method: 'POST' }, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'post-x-www-form-urlencoded',
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, text: 'Param1=value1' },
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
  ] as const) {
    it(name, () => {
      const signed = signer().sign(outgoing(request));
      assert.equal(signatureOf(signed), wanted);
      assert.match(
        signed?.headers.authorization ?? '',
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\//,
      );
    });
  }
});

async function secondOpinion(request: Outgoing, sessionToken: string | undefined): Promise<string> {
  const other = new SignatureV4({
    credentials: { accessKeyId: id, secretAccessKey: secret, ...(sessionToken === undefined ? {} : { sessionToken }) },
    region: 'us-east-1',
    service: 'bedrock',
    sha256: Sha256 as never,
    applyChecksum: false,
  });
  const { hostname, searchParams, pathname } = new URL(request.origin + request.path);
  const query: Record<string, string | string[]> = {};
  for (const name of searchParams.keys()) query[name] = searchParams.getAll(name);
  const headers: Record<string, string> = { host: hostname };
  for (const [name, value] of Object.entries(request.headers)) {
    if (name === 'content-type' || name.startsWith('x-amz-')) headers[name] = value;
  }
  const body = Buffer.concat(request.body as readonly Buffer[]);
  const signed = await other.sign(
    { method: request.method, protocol: 'https:', hostname, path: pathname, query, headers, body },
    { signingDate: new Date(moment) },
  );
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers.authorization ?? '')?.[1] ?? '';
}

describe('a second implementation agrees', () => {
  const model = fc.constantFrom(
    'anthropic.claude-3-haiku-20240307-v1:0',
    'us.amazon.nova-micro-v1:0',
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.model-v1:0',
    'spaces and ~-._ (all) of ’them*!',
  );

  it('on models with colons and slashes in the path, queries, bodies and session tokens', async () => {
    await fc.assert(
      fc.asyncProperty(
        model,
        fc.string({ unit: 'grapheme' }),
        fc.dictionary(fc.stringMatching(/^[A-Za-z][\w-]{0,5}$/), fc.string({ unit: 'binary' }), { maxKeys: 3 }),
        fc.option(fc.stringMatching(/^[\w/+=]{8,20}$/), { nil: undefined }),
        async (name, text, query, session) => {
          const search = new URLSearchParams(query);
          const request = outgoing({
            method: 'POST',
            origin: 'https://runtime.us-east-1.example.com',
            path: `/model/${encodeURIComponent(name)}/invoke${search.size > 0 ? `?${search}` : ''}`,
            headers: {
              'content-type': 'application/json',
              'user-agent': 'any',
              'x-amz-guardrail': 'on',
              accept: '*/*',
            },
            text,
          });
          const signed = signer('bedrock', session).sign(request);
          assert.equal(signatureOf(signed), await secondOpinion(request, session));
          assert.equal(signed?.headers['x-amz-security-token'], session);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('what is sent', () => {
  it('is the request with the signature, and the secret nowhere', () => {
    const request = outgoing({
      method: 'POST',
      text: '{}',
      headers: {
        'content-type': 'application/json',
        'content-length': '2',
        accept: '*/*',
        'x-amz-date': 'of the client',
      },
    });
    const signed = signer('bedrock', 'session-token').sign(request);
    assert.deepEqual(Object.keys(signed?.headers ?? {}).sort(), [
      'accept',
      'authorization',
      'content-length',
      'content-type',
      'host',
      'x-amz-date',
      'x-amz-security-token',
    ]);
    assert.equal(signed?.headers['x-amz-date'], '20150830T123600Z');
    assert.match(
      signed?.headers.authorization ?? '',
      /SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,/,
    );
    assert.ok(!JSON.stringify(signed).includes(secret));
  });

  it('holds nothing of a signature that the client made', () => {
    const headers = {
      'x-amz-security-token': 'of the client',
      'x-amz-content-sha256': 'of the client',
      'x-amz-date': 'x',
    };
    const signed = signer().sign(outgoing({ headers }));
    assert.doesNotMatch(JSON.stringify(signed?.headers), /of the client/);
    assert.equal(signatureOf(signed), '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31');
  });

  it('is nothing where the body is still arriving', () => {
    async function* arriving() {
      yield Buffer.from('more');
    }
    assert.equal(signer().sign(outgoing({ body: arriving() })), undefined);
  });
});

describe('clocks that are apart', () => {
  const text = '{"message":"Signature expired: 20150830T123600Z is now earlier than 20150830T125100Z"}';
  const headers = { date: 'Sun, 30 Aug 2015 12:56:00 GMT' };

  it('are noted from a refusal that says so, and the next signature is of their time', () => {
    const signing = signer();
    assert.equal(signing.skew.learn({ status: 403, headers, text }), true);
    assert.equal(signing.sign(outgoing({}))?.headers['x-amz-date'], '20150830T125600Z');
    assert.equal(signing.skew.learn({ status: 403, headers, text }), false, 'the same once more changes nothing');
  });

  it('are not taken from other refusals', () => {
    const signing = signer();
    assert.equal(signing.skew.learn({ status: 403, headers, text: 'not authorized to perform' }), false);
    assert.equal(signing.skew.learn({ status: 403, headers: {}, text }), false);
    assert.equal(signing.skew.learn({ status: 500, headers, text }), false);
    assert.equal(signing.sign(outgoing({}))?.headers['x-amz-date'], '20150830T123600Z');
  });
});
