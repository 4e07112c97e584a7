import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

interface Listener {
  readonly url: string;
  serve(listener: RequestListener): void;
  close(): Promise<void>;
}

/** A server on 127.0.0.1; port 0 lets the system choose. */
export async function openListener(port: number): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(listener) {
      server.on('request', listener);
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      // server.close() alone would wait for every request that hangs.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
