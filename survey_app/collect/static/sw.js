// The kiosk's service worker: the shell from a cache of its version, so that it opens without a network; recordings,
// fonts and pictures once they were seen. Answers and everything under /api never pass through here.
// Its first two lines, VERSION and FILES, are written by the server.

const SHELL = "/k/shell";
const CACHE = `kiosk-${VERSION}`;
const KEPT = /^\/(static\/|k\/(files|qr|audio)\/)/;

addEventListener("install", (event) => {
  const fresh = [SHELL, ...FILES].map((address) => new Request(address, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const outdated = (name) => name.startsWith("kiosk-") && name !== CACHE;
  const cleared = caches.keys().then((names) => Promise.all(names.filter(outdated).map((name) => caches.delete(name))));
  event.waitUntil(cleared.then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === "/k") event.respondWith(kept(SHELL));
  else if (KEPT.test(pathname)) event.respondWith(kept(request));
});

async function kept(wanted) {
  const cache = await caches.open(CACHE);
  const known = await cache.match(wanted, { ignoreVary: true });
  if (known) return known;
  const reply = await fetch(wanted);
  // A redirect to a login page or a piece of a recording is not the file.
  if (reply.status === 200 && !reply.redirected && wanted !== SHELL) await cache.put(wanted, reply.clone());
  return reply;
}
