// The corners of a shape as a list, for the keyboard: each is typed, moved with the arrow keys, added
// after another, or taken away. js/drawing.js has the same corners on the map.
(function () {
  "use strict";

  var DIGITS = 6;
  // How far a key moves a corner, in degrees: about one metre and ten.
  var STRIDES = { ArrowUp: 0.00001, ArrowDown: -0.00001, PageUp: 0.0001, PageDown: -0.0001 };

  function round(number) {
    return Number(number.toFixed(DIGITS));
  }

  function middle(one, other) {
    return [round((one[0] + other[0]) / 2), round((one[1] + other[1]) / 2)];
  }

  // `kind` as js/drawing.js has it; `write(points)` takes what was changed here, `refuse()` says that no
  // more can be taken away. Gives the function that shows points, each [longitude, latitude].
  window.wangguanCorners = function (root, kind, write, refuse) {
    var list = root.querySelector("[data-corners]");
    var row = root.querySelector("[data-corner]").content;

    function show(points) {
      list.textContent = "";
      points.forEach(function (point, place) {
        var item = document.importNode(row, true);
        var inputs = item.querySelectorAll("input");
        inputs[0].value = round(point[1]);
        inputs[1].value = round(point[0]);
        item.querySelectorAll("[data-number]").forEach(function (words) {
          words.textContent = words.textContent.replace("{n}", place + 1);
        });
        list.appendChild(item);
      });
    }

    function typed() {
      return Array.prototype.map.call(list.children, function (item) {
        var inputs = item.querySelectorAll("input");
        return [Number(inputs[1].value), Number(inputs[0].value)];
      });
    }

    function change(points, place) {
      write(points);
      show(points);
      list.children[Math.min(place, points.length - 1)].querySelector("input").focus();
    }

    list.addEventListener("change", function () {
      write(typed());
    });

    list.addEventListener("keydown", function (event) {
      var stride = STRIDES[event.key];
      if (stride && event.target.tagName === "INPUT") {
        event.preventDefault();
        event.target.value = round(Number(event.target.value) + stride);
        write(typed());
      }
    });

    list.addEventListener("click", function (event) {
      var button = event.target.closest("button");
      if (!button) {
        return;
      }
      var place = Array.prototype.indexOf.call(list.children, button.closest("li"));
      var points = typed();
      if (button.dataset.after !== undefined) {
        points.splice(place + 1, 0, middle(points[place], kind.towards(points, place)));
        change(points, place + 1);
      } else if (points.length > kind.least) {
        points.splice(place, 1);
        change(points, place);
      } else {
        refuse();
      }
    });

    return show;
  };
})();
