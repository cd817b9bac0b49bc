// Which process listens at an address, as far as the system tells this user: Linux does, of processes of one's own (root
// is told of all).
import { lookup } from 'node:dns/promises';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { addressBytes, isEverywhere, listeningSockets } from './listening.ts';

export interface Holder {
  readonly pid: number;
  /** Of its program. */
  readonly name: string;
}

/** Undefined when nobody listens there, or nobody may know. */
export async function findHolder(host: string, port: number): Promise<Holder | undefined> {
  const sockets = (await listeningSockets()).filter((socket) => socket.port === port);
  if (sockets.length === 0) return undefined;
  const wanted = await bytesOfHost(host);
  const clashing = sockets.filter(({ address }) => wanted === undefined || clash(address, wanted));
  const links = new Set(clashing.map(({ inode }) => `socket:[${inode}]`));
  return links.size === 0 ? undefined : ownerOf(links);
}

/** Every address of the machine includes the one the other has. */
function clash(one: string, other: string): boolean {
  return one === other || isEverywhere(one) || isEverywhere(other);
}

async function bytesOfHost(host: string): Promise<string | undefined> {
  const direct = addressBytes(host);
  if (direct !== undefined) return direct;
  const found = await lookup(host).catch(() => undefined);
  return found === undefined ? undefined : addressBytes(found.address);
}

async function ownerOf(links: ReadonlySet<string>): Promise<Holder | undefined> {
  const pids = (await entriesOf('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    if (await holds(pid, links)) return { pid: Number(pid), name: await nameOf(pid) };
  }
  return undefined;
}

async function holds(pid: string, links: ReadonlySet<string>): Promise<boolean> {
  const directory = `/proc/${pid}/fd`;
  for (const descriptor of await entriesOf(directory)) {
    const link = await readlink(`${directory}/${descriptor}`).catch(gone);
    if (link !== undefined && links.has(link)) return true;
  }
  return false;
}

/** Not the command line: people put secrets there. */
async function nameOf(pid: string): Promise<string> {
  const program = await readlink(`/proc/${pid}/exe`).catch(gone);
  if (program !== undefined) return basename(program);
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(gone);
  return name?.trim() ?? 'unknown';
}

/** Nothing of processes of others, or of one that has just ended. */
function entriesOf(directory: string): Promise<string[]> {
  return readdir(directory).catch(() => []);
}

function gone(): undefined {
  return undefined;
}
