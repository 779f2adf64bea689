// A mail server (RFC 5321, without TLS) that writes each mail into a folder, for `mailsIn` and `waitForMail`.
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';

/** Starts the server. `folder` gets one `.eml` file for each mail. */
export async function startSmtpServer(folder) {
  let count = 0;
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
    converse(socket, (mail) =>
      writeFile(path.join(folder, `${String(++count).padStart(6, '0')}.eml`), mail, 'latin1'),
    );
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `smtp://localhost:${server.address().port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

function converse(socket, deliver) {
  let received = '';
  let isContent = false;
  const answer = (line) => socket.write(`${line}\r\n`);
  const command = (line) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'DATA') {
      isContent = true;
      answer('354 the mail');
    } else if (verb === 'QUIT') {
      socket.end('221 bye\r\n');
    } else {
      answer(verb === 'EHLO' ? '250 localhost' : '250 ok');
    }
  };
  socket.setEncoding('latin1').on('data', async (data) => {
    received += data;
    for (;;) {
      const end = isContent ? '\r\n.\r\n' : '\r\n';
      const at = received.indexOf(end);
      if (at < 0) return;
      const part = received.slice(0, at);
      received = received.slice(at + end.length);
      if (isContent) {
        isContent = false;
        // A line that starts with a dot was sent with two.
        await deliver(part.replaceAll('\r\n..', '\r\n.'));
        answer('250 accepted');
      } else {
        command(part);
      }
    }
  });
  answer('220 localhost');
}
