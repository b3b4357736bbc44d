(one, number) => {
  // Styles are set one by one, which the pages' policy allows: it forbids style sheets and attributes of others.
  const { left, top, width, height } = one.getBoundingClientRect();
  const set = (element, styles) => Object.assign(element.style, { position: "absolute", zIndex: 2147483000, pointerEvents: "none", ...styles });
  const frame = document.createElement("div");
  set(frame, {
    left: `${left + scrollX - 5}px`, top: `${top + scrollY - 5}px`, width: `${width + 10}px`, height: `${height + 10}px`,
    border: "3px solid #c2410c", borderRadius: "6px", boxShadow: "0 0 0 2px #fff, inset 0 0 0 2px #fff",
  });
  document.body.append(frame);
  if (!number) return;
  const badge = document.createElement("div");
  badge.textContent = number;
  set(badge, {
    left: `${Math.max(2, left + scrollX - 18)}px`, top: `${Math.max(2, top + scrollY - 18)}px`, width: "28px", height: "28px",
    borderRadius: "50%", background: "#c2410c", color: "#fff", font: "700 16px/28px 'Source Sans 3', sans-serif",
    textAlign: "center", boxShadow: "0 0 0 2px #fff",
  });
  document.body.append(badge);
}
