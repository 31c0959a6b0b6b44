// Copies a box of text. Without a clipboard (old WebView, plain HTTP) the text is selected
// and the old command tried; without JavaScript the box can be selected by hand.
function select(box) {
  box.focus();
  box.select();
  box.setSelectionRange(0, box.value.length);
  return document.execCommand("copy");
}

function copy(box) {
  if (navigator.clipboard && window.isSecureContext) {
    return navigator.clipboard.writeText(box.value).catch(function () {
      return select(box) ? undefined : Promise.reject();
    });
  }
  return select(box) ? Promise.resolve() : Promise.reject();
}

document.querySelectorAll("[data-copy]").forEach(function (button) {
  button.hidden = false;
  button.addEventListener("click", function () {
    copy(document.getElementById(button.dataset.copy)).then(function () {
      button.querySelector("span").textContent = button.dataset.copied;
    }, function () {});
  });
});
