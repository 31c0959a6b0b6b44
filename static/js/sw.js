// The service worker of the workers' pages: reads from the network, and from what was kept when there is
// no signal. It answers readings only, never a post, and keeps only what /worker/offline.json names.
var PATIENCE = 3000;
var KEEP = 12 * 3600 * 1000;
var NEW_ENOUGH = 10 * 60 * 1000;
var PAGES = "worker-";
var FILES = "files";

self.addEventListener("install", self.skipWaiting);
self.addEventListener("activate", function (event) {
  event.waitUntil(self.clients.claim());
});

function wipe(but) {
  return caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) {
      return name !== but && (name === FILES || name.indexOf(PAGES) === 0);
    }).map(function (name) {
      return caches.delete(name);
    }));
  });
}

// The one cache of pages there is, as a list of none or one.
function opened() {
  return caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) {
      return name.indexOf(PAGES) === 0;
    }).slice(0, 1).map(function (name) {
      return caches.open(name);
    }));
  });
}

function isPage(answer) {
  return (answer.headers.get("Content-Type") || "").indexOf("text/html") === 0;
}

// A copy that knows when it was kept: a page says so itself on its first element.
function dated(answer) {
  var now = new Date().toISOString();
  var headers = new Headers(answer.headers);
  headers.set("X-Kept-At", now);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  function made(body) {
    return new Response(body, { status: 200, headers: headers });
  }
  if (!isPage(answer)) {
    return answer.blob().then(made);
  }
  return answer.text().then(function (text) {
    return made(text.replace("<html ", '<html data-kept="' + now + '" '));
  });
}

function keep(cache, address, answer) {
  return dated(answer).then(function (copy) {
    return cache.put(address, copy);
  });
}

function younger(kept, age) {
  return Boolean(kept) && Date.now() - Date.parse(kept.headers.get("X-Kept-At")) < age;
}

function fromCache(address) {
  return opened().then(function (found) {
    return found.length ? found[0].match(address) : undefined;
  }).then(function (kept) {
    if (kept && !younger(kept, KEEP)) {
      return wipe().then(function () {});
    }
    return kept;
  });
}

// A newer copy of what is kept already; what offline.json did not name stays out.
function renew(address, answer) {
  return opened().then(function (found) {
    return found.length && found[0].match(address).then(function (kept) {
      return kept && keep(found[0], address, answer);
    });
  });
}

function fromNetwork(event) {
  return fetch(event.request).then(function (answer) {
    var turnedAway = answer.status === 401 || answer.status === 403;
    if (turnedAway || answer.url.indexOf("/accounts/login/") > 0) {
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

self.addEventListener("fetch", function (event) {
  var request = event.request;
  var url = new URL(request.url);
  if (url.origin !== self.location.origin) {
    return;
  }
  // Whoever signs in or out leaves no pages behind.
  if (request.method === "POST" && url.pathname.indexOf("/accounts/") === 0) {
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

function filesIn(text) {
  return (text.match(/(?:src|href)="\/static\/[^"]+"/g) || []).map(function (found) {
    return found.slice(found.indexOf('"') + 1, -1);
  });
}

// Fetch the named pages one after the other (a weak signal carries one better than thirty), then
// the files that they stand on; what is named no longer goes.
function fill(who, addresses) {
  var files = {};
  function one(cache, address) {
    return cache.match(address).then(function (kept) {
      return younger(kept, NEW_ENOUGH) ? null : fetch(address, { credentials: "same-origin", redirect: "error" });
    }).then(function (answer) {
      if (!answer || answer.status !== 200) {
        return null;
      }
      var text = isPage(answer) ? answer.clone().text() : Promise.resolve("");
      return Promise.all([text, keep(cache, new URL(address, self.location).href, answer)]);
    }).then(function (done) {
      filesIn(done ? done[0] : "").forEach(function (file) {
        files[file] = true;
      });
    }).catch(function () {});
  }
  return wipe(PAGES + who).then(function () {
    return caches.open(PAGES + who);
  }).then(function (cache) {
    return addresses.reduce(function (line, address) {
      return line.then(function () {
        return one(cache, address);
      });
    }, Promise.resolve()).then(function () {
      return cache.keys();
    }).then(function (kept) {
      return Promise.all(kept.filter(function (request) {
        return addresses.indexOf(new URL(request.url).pathname) < 0;
      }).map(function (request) {
        return cache.delete(request);
      }));
    });
  }).then(function () {
    return caches.open(FILES);
  }).then(function (cache) {
    return Promise.all(Object.keys(files).map(function (file) {
      return cache.add(file).catch(function () {});
    }));
  });
}

self.addEventListener("message", function (event) {
  var work = event.data.wipe ? wipe() : fill(event.data.who, event.data.pages);
  event.waitUntil(work.then(function () {
    event.ports[0].postMessage("done");
  }));
});
