/** Limits kept-alive connections: a registry that never closes one must not use them all up. */

/** Idle connections of one agent, to all hosts together. */
const IDLE = 64;
/** How long an idle connection is kept. Servers close theirs after 5 to 75 seconds. */
const IDLE_MS = 90_000;

/**
 * Limits an agent's idle connections in all. Node limits them for each host only.
 *
 * @template {import("node:http").Agent} A
 * @param {A} agent
 * @returns {A}
 */
export function limited(agent) {
  const { keepSocketAlive, reuseSocket } = agent;
  agent.keepSocketAlive = function keep(socket) {
    const idle = Object.values(this.freeSockets).reduce((sum, sockets) => sum + sockets.length, 0);
    if (idle >= IDLE) return false;
    const isKept = keepSocketAlive.call(this, socket);
    socket.setTimeout(IDLE_MS); // the agent closes an idle one then
    return isKept;
  };
  agent.reuseSocket = function reuse(socket, request) {
    socket.setTimeout(0);
    return reuseSocket.call(this, socket, request);
  };
  return agent;
}

/** Retires an agent: closes idle connections at once, and the others when their requests are done. */
export function retire(agent) {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of [...sockets]) socket.destroy();
}
