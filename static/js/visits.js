// Marks the homes whose visit is written down already and waits on this phone for a signal.
(function () {
  var who = document.querySelector("[data-offline]").dataset.who;

  function mark() {
    window.wangguanStore.items(who).then(function (items) {
      document.querySelectorAll(".rows a.row").forEach(function (row) {
        var waits = items.some(function (item) {
          return item.page === row.getAttribute("href");
        });
        var sign = row.querySelector("[data-waits]");
        if (sign) {
          sign.hidden = !waits;
        }
      });
    }).catch(function () {});
  }

  document.addEventListener("wangguan:waiting", mark);
  mark();
})();
