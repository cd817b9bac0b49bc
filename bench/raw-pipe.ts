// What Portico is compared with: node:http and undici, the request and the answer piped, nothing looked at.
import http from 'node:http';
import { Pool } from 'undici';

const pool = new Pool(process.env.UPSTREAM ?? '');

http
  .createServer({ keepAliveTimeout: 75_000 }, async (req, res) => {
    const { host: _host, connection: _connection, ...headers } = req.headers;
    try {
      const method = (req.method ?? 'GET') as 'GET';
      const answer = await pool.request({ path: req.url ?? '/', method, headers, body: req });
      const { connection: _c, 'transfer-encoding': _t, 'keep-alive': _k, ...rest } = answer.headers;
      res.writeHead(answer.statusCode, rest);
      answer.body.pipe(res);
    } catch {
      res.destroy();
    }
  })
  .listen(Number(process.env.PORT), '127.0.0.1', 4096);
