// The list of what waits on this phone: its state, words and photos, and what its owner decides about
// an item that was refused.
(function () {
  var box = document.querySelector("[data-outbox]");
  var who = document.querySelector("[data-offline]").dataset.who;
  var store = window.wangguanStore;
  var list = box.querySelector("[data-items]");
  var sending = "";
  var pictures = [];
  // Queued pages end with the step; the ticket stands before it.
  var STEP = /steps\/\w+\/$/;

  function clock(moment) {
    var at = new Date(moment);
    return at.getHours() + ":" + ("0" + at.getMinutes()).slice(-2);
  }

  function show(root, name, on) {
    root.querySelectorAll(name).forEach(function (part) {
      part.hidden = !on;
    });
  }

  function named(row, item) {
    row.querySelector("[data-kind]").textContent = item.kind;
    row.querySelector("[data-what]").textContent = item.what;
  }

  // A remark takes words only; photos go with what was done.
  function noteStep(item) {
    return item.photos.length ? "handle" : box.dataset.noteStep;
  }

  // The words go on as a note that moves nothing, under a key of its own.
  function asNote(item) {
    item.path = item.path.replace(STEP, "steps/" + noteStep(item) + "/");
    item.fields = item.fields.filter(function (field) {
      return ["answer", "note", "how"].indexOf(field[0]) < 0;
    }).concat([["note", item.text]]);
    return again(item);
  }

  // Its owner has seen why; what somebody else did meanwhile no longer stops it, only the rules do.
  function again(item) {
    item.state = "waiting";
    item.sentence = "";
    item.version = "";
    return store.put(item).then(window.wangguanSend.run);
  }

  function decide(row, item) {
    var isStep = STEP.test(item.path);
    var look = row.querySelector("[data-look]");
    var note = row.querySelector("[data-note]");
    look.href = item.page;
    look.hidden = !isStep;
    note.hidden = !isStep || !item.text || item.path.indexOf("/steps/" + noteStep(item) + "/") > 0;
    note.addEventListener("click", function () {
      asNote(item);
    });
    row.querySelector("[data-again]").addEventListener("click", function () {
      again(item);
    });
    row.querySelector("[data-drop]").addEventListener("click", function () {
      if (window.confirm(box.dataset.sure)) {
        store.drop(item.key);
      }
    });
  }

  function photosOf(row, item) {
    var kept = row.querySelector("[data-photos-kept]");
    kept.hidden = !item.photos.length;
    item.photos.forEach(function (photo) {
      var frame = document.createElement("span");
      var picture = document.createElement("img");
      frame.className = "photo";
      picture.src = URL.createObjectURL(photo.blob);
      picture.alt = "";
      pictures.push(picture.src);
      frame.appendChild(picture);
      kept.appendChild(frame);
    });
    show(row, "[data-photo-count]", item.photos.length);
    row.querySelector("[data-photo-count] [data-count]").textContent = item.photos.length;
  }

  function rowOf(item) {
    var row = document.importNode(box.querySelector("[data-row]").content, true).firstElementChild;
    var state = item.key === sending ? "sending" : item.state;
    named(row, item);
    row.querySelector("time").textContent = clock(item.at);
    row.querySelector("[data-text]").textContent = item.text;
    row.querySelector("[data-sentence]").textContent = item.sentence || "";
    ["waiting", "sending", "refused"].forEach(function (name) {
      show(row, "[data-state=" + name + "], [data-icon=" + name + "]", name === state);
    });
    show(row, "[data-decide]", state === "refused");
    photosOf(row, item);
    decide(row, item);
    return row;
  }

  function doneRow(item) {
    var row = document.importNode(box.querySelector("[data-done]").content, true).firstElementChild;
    named(row, item);
    row.querySelector("time").textContent = clock(item.sent);
    return row;
  }

  function replace(target, rows) {
    target.textContent = "";
    rows.forEach(function (row) {
      target.appendChild(row);
    });
  }

  function draw(items, delivered) {
    pictures.splice(0).forEach(URL.revokeObjectURL);
    show(box, "[data-none]", !items.length);
    show(box, "[data-some]", items.length);
    show(box, "[data-waits]", items.some(function (item) {
      return item.state === "waiting";
    }));
    if (items.length) {
      box.querySelector("p[data-some] [data-count]").textContent = items.length;
      box.querySelector("p[data-some] time").textContent = clock(items[0].at);
    }
    replace(list, items.map(rowOf));
    show(box, "[data-sent]", delivered.length);
    box.querySelector("[data-sent] [data-count]").textContent = delivered.length;
    replace(box.querySelector("[data-delivered]"), delivered.reverse().map(doneRow));
    show(document, "[data-no-script]", false);
    box.hidden = false;
  }

  function refresh() {
    return Promise.all([store.items(who), store.delivered(who)]).then(function (found) {
      draw(found[0], found[1]);
    });
  }

  document.addEventListener("wangguan:waiting", refresh);
  document.addEventListener("wangguan:sending", function (event) {
    sending = event.detail.key || "";
    refresh();
  });
  box.querySelector("[data-run]").addEventListener("click", window.wangguanSend.run);
  refresh();
})();
