/* The desk without a reload: a press is sent, and every so many seconds what has changed is swapped,
   queue by queue. Focus, scroll, ticks and typed words stay; a hidden tab asks nothing. */
(function () {
  "use strict";
  var desk = document.getElementById("desk");
  if (!desk || !window.fetch || !window.DOMParser) {
    return;
  }
  var live = document.querySelector("[data-live]");
  var lost = document.querySelector("[data-lost]");
  var over = document.querySelector("[data-over]");
  var every = Number(desk.dataset.every) * 1000;
  var longest = 5 * 60 * 1000;
  var pause = every;
  var timer = 0;
  var busy = false;

  function all(root, selector) {
    return Array.prototype.slice.call(root.querySelectorAll(selector));
  }

  function numbers(root) {
    return all(root, "[data-number]").map(function (row) {
      return row.dataset.number;
    });
  }

  // --- where somebody is, and back to it ---------------------------------------------------
  function place() {
    var at = document.activeElement;
    var row = at && desk.contains(at) ? at.closest("[data-number]") : null;
    var part = at && desk.contains(at) ? at.closest("[data-part]") : null;
    if (!part) {
      return null;
    }
    var among = row ? all(row, "a, button, input:not([type=hidden])") : [];
    return { part: part.id, row: row ? row.dataset.number : "", nth: among.indexOf(at) };
  }

  function rows(part) {
    return part ? all(part, "[data-number]") : [];
  }

  function back(to, at) {
    if (!to || desk.contains(document.activeElement)) {
      return;
    }
    var part = document.getElementById(to.part);
    var same = rows(part).filter(function (row) {
      return row.dataset.number === to.row;
    })[0];
    var row = same || rows(part)[Math.min(at, rows(part).length - 1)];
    var among = row ? all(row, "a, button, input:not([type=hidden])") : [];
    var target = among[same ? Math.max(to.nth, 0) : 0] || document.querySelector("#desk-heading");
    if (!among.length) {
      target.tabIndex = -1;
    }
    target.focus({ preventScroll: true });
  }

  function ticked(part) {
    return all(part, "input[type=checkbox]:checked").map(function (box) {
      return box.value.split("~")[0];
    });
  }

  function typing(part) {
    var at = document.activeElement;
    return part.contains(at) && at.matches("input[type=text], input[type=search], textarea, select");
  }

  // --- taking in what came -----------------------------------------------------------------
  function swap(old, fresh) {
    var kept = ticked(old);
    all(fresh, "input[type=checkbox]").forEach(function (box) {
      box.checked = kept.indexOf(box.value.split("~")[0]) >= 0;
    });
    old.replaceWith(fresh);
  }

  function column(old, fresh) {
    var came = all(fresh, ":scope > [data-part]");
    var ids = came.map(function (part) {
      return part.id;
    });
    all(old, ":scope > [data-part]").forEach(function (part) {
      if (ids.indexOf(part.id) < 0) {
        part.remove();
      }
    });
    came.forEach(function (part, nth) {
      var there = document.getElementById(part.id);
      if (!there) {
        old.insertBefore(document.importNode(part, true), old.children[nth] || null);
      } else if (there.dataset.part !== part.dataset.part && !typing(there)) {
        swap(there, document.importNode(part, true));
      }
    });
  }

  function takeIn(text, pressed) {
    var fresh = new DOMParser().parseFromString(text, "text/html").querySelector(".desk-board");
    var board = desk.querySelector(".desk-board");
    if (!fresh || !board) {
      location.reload();
      return;
    }
    var before = numbers(board);
    var was = place();
    var nth = was ? rows(document.getElementById(was.part)).map(function (row) {
      return row.dataset.number;
    }).indexOf(was.row) : -1;
    var olds = all(board, "[data-column]");
    all(fresh, "[data-column]").forEach(function (part, index) {
      column(olds[index], part);
    });
    board.dataset.stamp = fresh.dataset.stamp;
    board.dataset.count = fresh.dataset.count;
    head(fresh);
    if (pressed) {
      board.querySelector("[data-said]").replaceWith(document.importNode(fresh.querySelector("[data-said]"), true));
      offers();
    }
    back(was, nth);
    var came = numbers(board).filter(function (number) {
      return before.indexOf(number) < 0;
    }).length;
    if (came && !pressed) {
      live.textContent = desk.dataset.new.replace("{count}", came);
    }
  }

  function head(fresh) {
    var heading = document.getElementById("desk-heading");
    var says = fresh.querySelector("template[data-heading]").content.textContent.trim();
    if (heading.textContent.trim() !== says) {
      heading.textContent = says;
    }
    document.title = "(" + fresh.dataset.count + ") " + desk.dataset.title;
  }

  // The way back of a press is open for seconds (js/undo.js does this for whole pages).
  function offers() {
    all(desk, "[data-undo]").forEach(function (offer) {
      setTimeout(function () {
        offer.remove();
      }, Number(offer.dataset.undo) * 1000);
    });
  }

  // --- asking ------------------------------------------------------------------------------
  function reach(address, options, pressed) {
    busy = true;
    options.credentials = "same-origin";
    options.redirect = "manual";
    options.headers = { "HX-Request": "true" };
    return fetch(address, options)
      .then(function (answer) {
        if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
          over.hidden = false;
          return;
        }
        if (!answer.ok && answer.status !== 409) {
          throw new Error(String(answer.status));
        }
        lost.hidden = over.hidden = true;
        pause = every;
        return answer.status === 204 ? undefined : answer.text().then(function (text) {
          takeIn(text, pressed);
        });
      })
      .catch(function () {
        lost.hidden = false;
        pause = Math.min(pause * 2, longest);
      })
      .then(function () {
        busy = false;
      });
  }

  function ask() {
    var stamp = desk.querySelector(".desk-board").dataset.stamp;
    return reach(desk.dataset.fresh + "?stamp=" + encodeURIComponent(stamp), { method: "GET" }, false);
  }

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(function () {
      if (document.hidden || busy) {
        wait();
        return;
      }
      ask().then(wait);
    }, pause);
  }

  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && !busy) {
      ask().then(wait);
    }
  });
  window.addEventListener("online", function () {
    ask().then(wait);
  });

  desk.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || event.defaultPrevented) {
      return;
    }
    event.preventDefault();
    if (form.dataset.pressed) {
      return;
    }
    form.dataset.pressed = "1";
    reach(form.action, { method: "POST", body: new FormData(form) }, true).then(function () {
      delete form.dataset.pressed;
      wait();
    });
  });

  wait();
})();
