// A form is sent once: the pressed button says that it is busy. The server keeps the
// promise by itself (submission_id, action_id); this only spares people the doubt.
var PATIENCE = 15000;

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach(function (button) {
    button.removeAttribute("aria-busy");
  });
}

document.addEventListener("submit", function (event) {
  var form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  var button = event.submitter || form.querySelector("button");
  if (button) {
    button.setAttribute("aria-busy", "true");
  }
  // A lost connection must not lock the form.
  setTimeout(release, PATIENCE, form);
});

// Back from the next page the form may be sent again.
window.addEventListener("pageshow", function (event) {
  if (!event.persisted) {
    return;
  }
  document.querySelectorAll("form[data-sent]").forEach(release);
});
