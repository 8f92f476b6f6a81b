foreach(unit layer_writer)
  cassini_unit_test(test_${unit} USES store)
endforeach()
