// Where the phone is, asked only after a tap: to list the nearest homes first (data-nearest), or to add it to
// a form (data-place). Degrees in WGS-84, rounded to about ten metres before they leave the phone.
(function () {
  "use strict";

  var PLACES = 4;
  var PATIENCE = 15000;

  function ask(button, found, lost) {
    if (!navigator.geolocation) {
      lost();
      return;
    }
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      function (told) {
        button.removeAttribute("aria-busy");
        found(told.coords.latitude.toFixed(PLACES), told.coords.longitude.toFixed(PLACES), told.coords.accuracy);
      },
      function () {
        button.removeAttribute("aria-busy");
        lost();
      },
      { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 30000 }
    );
  }

  function nearest(root) {
    var button = root.querySelector("button");
    button.addEventListener("click", function () {
      ask(
        button,
        function (latitude, longitude) {
          location.assign(root.dataset.nearest + "?lat=" + latitude + "&lng=" + longitude + "&datum=wgs84");
        },
        function () {
          root.querySelector("[data-place-says]").textContent = root.dataset.refused;
        }
      );
    });
    root.hidden = false;
  }

  function adding(root) {
    var form = root.closest("form");
    var add = root.querySelector("[data-place-add]");
    var drop = root.querySelector("[data-place-drop]");
    var says = root.querySelector("[data-place-says]");

    function fill(latitude, longitude, words) {
      form.elements.latitude.value = latitude;
      form.elements.longitude.value = longitude;
      says.textContent = words;
      drop.hidden = !latitude;
    }

    add.addEventListener("click", function () {
      ask(
        add,
        function (latitude, longitude, metres) {
          // Rounding alone costs up to ten metres.
          fill(latitude, longitude, root.dataset.added.replace("{metres}", Math.max(10, Math.round(metres))));
        },
        function () {
          fill("", "", root.dataset.refused);
        }
      );
    });
    drop.addEventListener("click", function () {
      fill("", "", "");
      add.focus();
    });
    // A hidden field keeps what a script wrote when its form is emptied for the next visit.
    form.addEventListener("reset", function () {
      fill("", "", "");
    });
    root.hidden = false;
  }

  document.querySelectorAll("[data-nearest]").forEach(nearest);
  document.querySelectorAll("[data-place]").forEach(adding);
})();
