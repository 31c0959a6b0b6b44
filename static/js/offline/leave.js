// Signing out leaves nothing on the phone: what was kept is wiped. Where something still waits to be
// sent, it says how much first, and what to do.
(function () {
  var page = document.querySelector("[data-leave]");
  var store = window.wangguanStore;
  var who = page.dataset.leave;

  function wipe() {
    var names = window.caches ? caches.keys() : Promise.resolve([]);
    sessionStorage.clear();
    return Promise.all([store.wipe(who), names.then(function (found) {
      return Promise.all(found.map(function (name) {
        return caches.delete(name);
      }));
    })]);
  }

  // Nothing is deleted before the server has signed this person out.
  function leave(form) {
    var options = { method: "POST", body: new FormData(form), credentials: "same-origin" };
    return fetch(form.action, options).then(function (answer) {
      return answer.ok ? wipe().catch(function () {}).then(function () {
        location.assign("/");
      }) : form.submit();
    }, function () {
      window.alert(page.dataset.noSignal);
    });
  }

  function warn(form, count) {
    var old = document.querySelector("[data-leaving]");
    var card = document.importNode(page.querySelector("template").content, true).firstElementChild;
    if (old) {
      old.remove();
    }
    card.querySelectorAll("[data-count]").forEach(function (place) {
      place.textContent = count;
    });
    card.querySelector("button").addEventListener("click", function () {
      leave(form);
    });
    (form.closest("footer") || form).before(card);
    card.querySelector("a").focus();
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (new URL(form.action).pathname !== page.dataset.address || !window.indexedDB) {
      return;
    }
    event.preventDefault();
    // A script that sends forms once must let it go a second time.
    event.stopImmediatePropagation();
    store.items(who).then(function (items) {
      return items.length ? warn(form, items.length) : leave(form);
    }).catch(function () {
      form.submit();
    });
  });
})();
