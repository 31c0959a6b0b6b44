// What the service worker keeps of the workers' pages, and for how long (the other half: js/sw.js).
var KEEP = 12 * 3600 * 1000;
var NEW_ENOUGH = 10 * 60 * 1000;
var PAGES = "worker-";
var FILES = "files";
// What a page says once (parts/messages.html) is not said again by its copy.
var SAID_ONCE = "data-once";

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

// A copy that would say again what was said once is fetched anew; it has been said by then.
function keep(cache, address, answer) {
  var text = isPage(answer) ? answer.clone().text() : Promise.resolve("");
  return text.then(function (words) {
    return words.indexOf(SAID_ONCE) < 0 ? answer : fetch(address, { credentials: "same-origin", redirect: "error" });
  }).then(dated).then(function (copy) {
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

// A newer copy of one kept page, fetched for it.
function again(address) {
  return fetch(address, { credentials: "same-origin", redirect: "error" }).then(function (answer) {
    return answer.status === 200 ? renew(new URL(address, self.location).href, answer) : null;
  }).catch(function () {});
}

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
        var url = new URL(request.url);
        return addresses.indexOf(url.pathname + url.search) < 0;
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
