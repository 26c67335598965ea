// The one place where the vendored libraries enter: `html` is bound once, the rest is named here.
import htm from "./vendor/htm-3.1.1/htm.module.js";

const { React, ReactDOM, reactstrap } = window;

export const html = htm.bind(React.createElement);
export const { Fragment, useEffect, useMemo, useRef, useState } = React;
export const { createRoot } = ReactDOM;
export const { Alert, Badge, Button, Col, Container, Form, FormFeedback, Input, Label, Progress, Row, Spinner, Table } = reactstrap;
export const { Modal, ModalBody, ModalHeader } = reactstrap;
