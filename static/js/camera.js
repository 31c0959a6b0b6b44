// The camera's picture belongs to the step that it names: show it, open the step, go to its words.
document.querySelectorAll("[data-camera]").forEach(function (square) {
  var step = document.getElementById(square.dataset.camera);
  var input = square.querySelector("input");
  input.addEventListener("change", function () {
    var old = square.querySelector("img");
    if (old) {
      URL.revokeObjectURL(old.src);
      old.remove();
    }
    if (!input.files.length) {
      return;
    }
    var picture = document.createElement("img");
    picture.alt = input.files[0].name;
    picture.src = URL.createObjectURL(input.files[0]);
    square.appendChild(picture);
    step.open = true;
    step.scrollIntoView();
    step.querySelector("textarea").focus({ preventScroll: true });
  });
});
