// The service worker of the workers' pages: reads from the network, and from what was kept when there is
// no signal. It answers readings only, never a post, and keeps only what /worker/offline.json names.
var PATIENCE = 3000;

self.addEventListener("install", self.skipWaiting);
self.addEventListener("activate", function (event) {
  event.waitUntil(self.clients.claim());
});

function fromNetwork(event) {
  return fetch(event.request).then(function (answer) {
    if (answer.status >= 502 && answer.status <= 504) {
      // The portal is being started: as good as no signal.
      return fromCache(event.request.url).then(function (kept) {
        return kept || answer;
      });
    }
    if (answer.status === 401 || answer.status === 403) {
      event.waitUntil(wipe());
    } else if (answer.status === 200 && !answer.redirected && answer.type === "basic") {
      event.waitUntil(renew(event.request.url, answer.clone()));
    }
    return answer;
  });
}

function pageOf(event) {
  var network = fromNetwork(event);
  event.waitUntil(network.catch(function () {}));
  var late = new Promise(function (done) {
    setTimeout(done, PATIENCE);
  }).then(function () {
    return fromCache(event.request.url);
  }).then(function (kept) {
    return kept || network;
  });
  return Promise.race([network, late]).catch(function () {
    return fromCache(event.request.url).then(function (kept) {
      return kept || fromCache(new URL("/offline/", self.location).href);
    }).then(function (kept) {
      return kept || Response.error();
    });
  });
}

// A photo never changes: what is kept is as good as new.
function pictureOf(event) {
  return fromCache(event.request.url).then(function (kept) {
    return kept || fetch(event.request);
  });
}

// Kept files answer at once and are renewed behind the reader's back.
function fileOf(event) {
  return caches.match(event.request.url, { cacheName: FILES }).then(function (kept) {
    if (!kept) {
      return fetch(event.request);
    }
    event.waitUntil(fetch(event.request).then(function (answer) {
      return caches.has(FILES).then(function (there) {
        return there && answer.ok && caches.open(FILES).then(function (cache) {
          return cache.put(event.request.url, answer);
        });
      });
    }).catch(function () {}));
    return kept;
  });
}

function isDoor(path, request) {
  var leaves = request.method === "POST" && (path === "/accounts/logout/" || path === "/admin/logout/");
  return leaves || (request.mode === "navigate" && (path === "/accounts/login/" || path === "/admin/login/"));
}

self.addEventListener("fetch", function (event) {
  var request = event.request;
  var url = new URL(request.url);
  if (url.origin !== self.location.origin) {
    return;
  }
  // Whoever signs in or out leaves no pages behind, and a session that is over leads to the sign-in page.
  if (isDoor(url.pathname, request) && self.navigator.onLine) {
    event.waitUntil(wipe());
  }
  if (request.method === "GET" && url.pathname.indexOf("/static/") === 0) {
    event.respondWith(fileOf(event));
  } else if (request.method === "GET" && url.pathname.indexOf("/worker/") === 0) {
    if (request.mode === "navigate") {
      event.respondWith(pageOf(event));
    } else if (request.destination === "image") {
      event.respondWith(pictureOf(event));
    }
  }
});

self.addEventListener("message", function (event) {
  var work = event.data.wipe ? wipe() : event.data.renew ? again(event.data.renew) : fill(event.data.who, event.data.pages);
  event.waitUntil(work.then(function () {
    event.ports[0].postMessage("done");
  }));
});
