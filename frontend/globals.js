// reactstrap's UMD build looks for its dependencies under names that their own builds do not use.
Object.assign(window, {
  react: window.React,
  reactDom: window.ReactDOM,
  propTypes: window.PropTypes,
  classnames: window.classNames,
  reactPopper: window.ReactPopper,
  reactTransitionGroup: window.ReactTransitionGroup,
});
