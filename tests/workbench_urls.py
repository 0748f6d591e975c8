"""Every address of Pear and those that exist only where DEBUG is on, for the tests of the page of components."""

from config.urls import urlpatterns as product
from config.urls import workbench

urlpatterns = [*product, *workbench(debug=True)]
