// A client that vanishes in the middle of an answer over HTTP/2: node may not notice, and its call must end all the same.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerHttp2Session } from 'node:http2';
import { test } from 'node:test';
import { mindSession } from '../../../src/gateway/door/socket/http2.ts';

class FakeSession extends EventEmitter {
  readonly done: string[] = [];
  answer: ((error: null) => void) | undefined;
  armed = 0;
  setLocalWindowSize(size: number): void {
    assert.ok(size > 0);
  }
  setTimeout(): void {
    this.armed += 1;
  }
  close(): void {
    this.done.push('close');
  }
  destroy(): void {
    this.done.push('destroy');
  }
  ping(answer: (error: null) => void): void {
    this.done.push('ping');
    this.answer = answer;
  }
}

function minded(): FakeSession {
  const session = new FakeSession();
  mindSession(session as unknown as ServerHttp2Session, 1);
  return session;
}

test('a silent session with a request is asked whether it is there, and ends when it does not say so', () => {
  const session = minded();
  session.emit('stream', new EventEmitter());
  session.emit('timeout');
  session.answer?.(null);
  session.emit('timeout');
  assert.deepEqual(session.done, ['ping', 'ping'], 'it answered');
  assert.equal(session.armed, 3, 'the clock is started again each time');
  session.emit('timeout');
  assert.deepEqual(session.done, ['ping', 'ping', 'destroy']);
});

test('a silent session without requests just ends', () => {
  const session = minded();
  session.emit('timeout');
  assert.deepEqual(session.done, ['close']);
});
