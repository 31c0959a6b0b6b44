// Signing with a finger, a pen or a mouse: strokes of points from 0 to 1, as JSON in a hidden field, so that
// the portal draws them again at any size. Who cannot sign here has other ways on the same form.
(function () {
  "use strict";

  var form = document.querySelector("form[data-sign]");
  if (!form || !window.PointerEvent) {
    return;
  }
  var pad = form.querySelector("[data-sign-pad]");
  var canvas = pad.querySelector("canvas");
  var says = pad.querySelector("[data-sign-says]");
  var field = form.elements.signature;
  var strokes = [];
  var pen = null;
  var MOST_POINTS = 4000;
  var CLOSE = 0.004;

  function chosen() {
    var radio = form.querySelector("input[name=how]:checked");
    return radio ? radio.value : "";
  }

  // --- drawing --------------------------------------------------------------------------------
  function draw() {
    var box = canvas.getBoundingClientRect();
    var scale = window.devicePixelRatio || 1;
    var ink = canvas.getContext("2d");
    canvas.width = Math.round(box.width * scale);
    canvas.height = Math.round(box.height * scale);
    ink.strokeStyle = getComputedStyle(canvas).color;
    ink.lineWidth = 2.5 * scale;
    ink.lineCap = ink.lineJoin = "round";
    strokes.forEach(function (stroke) {
      ink.beginPath();
      stroke.forEach(function (point, index) {
        ink[index ? "lineTo" : "moveTo"](point[0] * canvas.width, point[1] * canvas.height);
      });
      if (stroke.length === 1) {
        ink.lineTo(stroke[0][0] * canvas.width, stroke[0][1] * canvas.height);
      }
      ink.stroke();
    });
  }

  function keep() {
    field.value = strokes.length ? JSON.stringify(strokes) : "";
    says.textContent = strokes.length ? says.dataset.signed : says.dataset.empty;
    draw();
  }

  function total() {
    return strokes.reduce(function (sum, stroke) {
      return sum + stroke.length;
    }, 0);
  }

  function place(event) {
    var box = canvas.getBoundingClientRect();
    return [
      [event.clientX - box.left, box.width],
      [event.clientY - box.top, box.height],
    ].map(function (pair) {
      return Math.round(Math.min(1, Math.max(0, pair[0] / pair[1])) * 1000) / 1000;
    });
  }

  // --- the pen ----------------------------------------------------------------------------------
  canvas.addEventListener("pointerdown", function (event) {
    if (pen !== null || event.button > 0) {
      return;
    }
    event.preventDefault();
    pen = event.pointerId;
    canvas.setPointerCapture(pen);
    strokes.push([place(event)]);
    draw();
  });

  canvas.addEventListener("pointermove", function (event) {
    if (event.pointerId !== pen || total() >= MOST_POINTS) {
      return;
    }
    var stroke = strokes[strokes.length - 1];
    var last = stroke[stroke.length - 1];
    var next = place(event);
    if (Math.abs(next[0] - last[0]) + Math.abs(next[1] - last[1]) >= CLOSE) {
      stroke.push(next);
      draw();
    }
  });

  ["pointerup", "pointercancel"].forEach(function (kind) {
    canvas.addEventListener(kind, function (event) {
      if (event.pointerId === pen) {
        pen = null;
        keep();
      }
    });
  });

  form.querySelector("[data-sign-clear]").addEventListener("click", function () {
    strokes = [];
    keep();
  });

  // --- with the form ------------------------------------------------------------------------------
  function follow() {
    pad.hidden = chosen() !== "drawn";
    form.querySelector("[data-sign-words]").hidden = chosen() === "drawn" || !chosen();
    if (!pad.hidden) {
      keep();
    }
  }

  form.querySelectorAll("input[name=how]").forEach(function (radio) {
    radio.addEventListener("change", follow);
  });
  form.closest("details").addEventListener("toggle", draw);
  window.addEventListener("resize", draw);
  form.querySelector("[data-sign-choice]").hidden = false;
  if (!chosen()) {
    form.querySelector("input[name=how][value=drawn]").checked = true;
  }
  try {
    strokes = JSON.parse(field.value || "[]");
  } catch (error) {
    strokes = [];
  }
  follow();
})();
