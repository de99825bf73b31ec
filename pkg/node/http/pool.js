/** Kept-alive connections, as many as make sense: a registry that never closes one must not use up all of them. */

/** Idle connections of one agent, to all hosts together. */
const IDLE = 64;
/** How long one is kept for later. Servers close theirs after 5 to 75 seconds; none is worth more than that. */
const IDLE_MS = 90_000;

/**
 * Limits what an agent keeps of idle connections. Node limits them for each host only.
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

/** Lets go of an agent: what is idle is closed, what is in use when it is done. */
export function retire(agent) {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) for (const socket of [...sockets]) socket.destroy();
}
