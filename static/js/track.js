// The track of a round, only where the street allows it and only after a tap: points stay in this tab until
// the round ends, and go along with its form. Leaving for a note on the way and coming back goes on.
(function () {
  "use strict";

  var root = document.querySelector("[data-track]");
  if (!root || !navigator.geolocation) {
    return;
  }
  var KEY = "track:" + root.dataset.track;
  var MOST = 2000;
  var SECONDS = 15;
  var start = root.querySelector("[data-track-start]");
  var stop = root.querySelector("[data-track-stop]");
  var says = root.querySelector("[data-track-says]");
  var form = document.querySelector("form [name=track]").form;
  var watching = null;
  var ended = false;

  function points() {
    return JSON.parse(sessionStorage.getItem(KEY) || "[]");
  }

  function tell() {
    says.textContent = watching === null ? "" : says.dataset.trackSays.replace("{count}", points().length);
    start.hidden = watching !== null;
    stop.hidden = watching === null;
  }

  function add(told) {
    var kept = points();
    var last = kept[kept.length - 1];
    var at = Math.round(told.timestamp / 1000);
    if (kept.length < MOST && (!last || at - last[0] >= SECONDS)) {
      kept.push([at, Number(told.coords.latitude.toFixed(5)), Number(told.coords.longitude.toFixed(5))]);
      sessionStorage.setItem(KEY, JSON.stringify(kept));
    }
    tell();
  }

  function rest() {
    if (watching !== null) {
      navigator.geolocation.clearWatch(watching);
      watching = null;
    }
  }

  function watch() {
    sessionStorage.setItem(KEY, JSON.stringify(points()));
    watching = navigator.geolocation.watchPosition(add, function (refusal) {
      if (refusal.code === refusal.PERMISSION_DENIED) {
        rest();
        tell();
        says.textContent = root.dataset.refused;
      }
    }, { enableHighAccuracy: true, maximumAge: 10000 });
    tell();
  }

  start.addEventListener("click", watch);
  stop.addEventListener("click", function () {
    rest();
    sessionStorage.removeItem(KEY);
    tell();
    start.focus();
  });
  // Before the form is read (js/offline/queue.js).
  form.addEventListener("submit", function () {
    rest();
    form.elements.track.value = sessionStorage.getItem(KEY) || "";
    ended = true;
  }, true);
  window.addEventListener("pagehide", function () {
    if (ended) {
      sessionStorage.removeItem(KEY);
    }
  });
  root.hidden = false;
  if (sessionStorage.getItem(KEY)) {
    watch();
  }
})();
