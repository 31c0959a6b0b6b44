// Says when a page stands without signal, since when it was kept, and how much waits to be sent.
(function () {
  var page = document.querySelector("[data-offline]");
  var store = window.wangguanStore;
  var bar = page.querySelector("[data-bar]");
  var badge = page.querySelector("[data-badge]");
  var kept = document.documentElement.dataset.kept;

  function clock(moment) {
    var at = new Date(moment);
    return at.getHours() + ":" + ("0" + at.getMinutes()).slice(-2);
  }

  function weak() {
    var since = bar.querySelector("[data-since]");
    bar.hidden = navigator.onLine && !kept;
    since.hidden = !kept;
    if (kept) {
      since.querySelector("time").textContent = clock(kept);
    }
  }

  function count() {
    return store.items(page.dataset.who).then(function (items) {
      badge.hidden = !items.length || badge.firstElementChild.pathname === location.pathname;
      badge.querySelector("b").textContent = items.length;
    }).catch(function () {});
  }

  window.addEventListener("online", weak);
  window.addEventListener("offline", weak);
  document.addEventListener("wangguan:waiting", count);
  document.addEventListener("wangguan:sending", function (event) {
    if (event.detail.over) {
      page.querySelector("[data-over]").hidden = false;
    }
  });
  weak();
  count();
})();
