// Forms that may wait for a signal (data-queue): sent by themselves, and kept on this phone when they
// cannot be. A form keeps its own key (action_id, submission_id), so it has one effect however often it goes.
(function () {
  var PATIENCE = 15000;
  var page = document.querySelector("[data-offline]");
  var store = window.wangguanStore;
  var who = page.dataset.who;
  var KEYS = ["action_id", "submission_id"];

  // A form says where it stands (data-page), or is a step of the ticket that stands before it: after a
  // refused post the address in the bar is the step's.
  function pageOf(form) {
    return form.dataset.page || new URL(form.action).pathname.replace(/steps\/\w+\/$/, "");
  }

  function newKey() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    var hex = Array.prototype.map.call(bytes, function (byte) {
      return (byte + 256).toString(16).slice(1);
    }).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), "4" + hex.slice(13, 16), "a" + hex.slice(17, 20), hex.slice(20)].join("-");
  }

  function keyOf(form) {
    return KEYS.map(function (name) {
      return form.elements[name];
    }).find(Boolean);
  }

  // A page out of the phone's memory has been here before: its forms are new ones.
  function renew(form) {
    keyOf(form).value = newKey();
  }

  function heldPhotos(form) {
    return Array.prototype.map.call(form.querySelectorAll("[data-photo]"), function (tile) {
      return tile.photo;
    }).filter(function (photo) {
      return photo && photo.blob;
    });
  }

  // Photos stay whole on the phone: what was sent ahead is only kept for an hour over there.
  function itemOf(form) {
    var held = heldPhotos(form);
    var ahead = held.map(function (photo) {
      return photo.stashId;
    });
    var item = {
      key: keyOf(form).value,
      who: who,
      at: Date.now(),
      state: "waiting",
      path: new URL(form.action).pathname,
      page: pageOf(form),
      also: form.dataset.also || "",
      kind: form.dataset.queue,
      fields: [],
      photos: held.map(function (photo) {
        return { name: photo.name, blob: photo.blob };
      }),
      version: "",
      text: "",
    };
    new FormData(form).forEach(function (value, name) {
      if (value instanceof File) {
        if (value.size && !held.length) {
          item.photos.push({ name: value.name, blob: value });
        }
      } else if (name === "version") {
        item.version = value;
      } else if (name !== "csrfmiddlewaretoken" && !(name === "kept_photos" && ahead.indexOf(value) >= 0)) {
        item.fields.push([name, value]);
      }
    });
    var words = form.querySelector("[name=answer], [name=description], [name=note]");
    item.text = words ? words.value : "";
    item.what = form.elements.description ? item.text.slice(0, 40) : document.querySelector("h1").textContent.trim();
    return item;
  }

  function say(form, name) {
    var old = form.parentNode.querySelector("[data-said-" + name + "]");
    var notice = document.importNode(page.querySelector("[data-say=" + name + "]").content, true).firstElementChild;
    notice.setAttribute("data-said-" + name, "");
    if (old) {
      old.remove();
    }
    form.before(notice);
    notice.scrollIntoView({ block: "center" });
  }

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach(function (button) {
      button.removeAttribute("aria-busy");
    });
  }

  // A step that moves the ticket is done once; what may follow it shows in its place.
  function settle(form) {
    var step = form.closest("details.step-open") || form;
    var name = (/steps\/(\w+)\//.exec(form.action) || [])[1];
    var then = document.querySelector("template[data-then=" + name + "]");
    if (name === "handle" || name === "remark" || !name) {
      form.reset();
      renew(form);
      release(form);
      return;
    }
    form.hidden = true;
    if (step !== form) {
      step.open = true;
    }
    if (then) {
      step.after(document.importNode(then.content, true));
      then.remove();
    }
  }

  function hold(form) {
    return store.put(itemOf(form)).then(function () {
      say(form, "held");
      settle(form);
    }).catch(function () {
      say(form, "full");
      release(form);
    });
  }

  function later(form) {
    return hold(form).then(window.wangguanSend.run);
  }

  // My own steps that were sent in the meantime moved the ticket, not somebody else.
  function follow(form) {
    var version = form.elements.version;
    return version ? store.follow(who, pageOf(form), version.value).then(function (now) {
      version.value = now;
    }) : Promise.resolve();
  }

  function send(form) {
    return follow(form).then(function () {
      return window.wangguanSend.ask(form.action, { method: "POST", body: new FormData(form) }, PATIENCE);
    }).then(function (answer) {
      if (answer.status === 200 && answer.said.ok) {
        location.assign(answer.said.url);
      } else if ((answer.status === 409 || answer.status === 422)) {
        // The page itself says best what is to be mended.
        form.submit();
      } else {
        return later(form);
      }
      return null;
    }, function () {
      return later(form);
    });
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var helps = event.submitter && event.submitter.name;
    if (event.defaultPrevented || !form.dataset.queue || helps || !window.indexedDB) {
      return;
    }
    event.preventDefault();
    if (form.dataset.sent) {
      return;
    }
    store.items(who).then(function (items) {
      var before = items.some(function (item) {
        return item.page === pageOf(form) && item.version && item.state === "waiting";
      });
      // What was written before goes first.
      return navigator.onLine && !before ? send(form) : later(form);
    }).catch(function () {
      form.submit();
    });
  });

  // A page that is opened again shows what waits for it already.
  document.querySelectorAll("form[data-queue]").forEach(function (form) {
    if (document.documentElement.dataset.kept) {
      renew(form);
    }
  });
  store.items(who).then(function (items) {
    items.forEach(function (item) {
      var form = document.querySelector('form[data-queue][action="' + item.path + '"]');
      if (form && !form.hidden && item.version && item.state === "waiting") {
        say(form, "held");
        settle(form);
      }
    });
  }).catch(function () {});
})();
